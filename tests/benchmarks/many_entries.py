"""A history file with very many entries, made once: `many_entries(1_000_000)` gives its path.

A hundred thousand take about 20 s, and the file stays in the temporary folder for the next time.
"""

from __future__ import annotations

import contextlib
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from backend.models import Change, FileChange, Status, Stream
from workbench.history.codec import indexed_output, pack
from workbench.history.database import schema
from workbench.history.database.rows import facts
from workbench.history.entry import Entry, Segment

WORDS = (
    *("import", "numpy", "pandas", "frame", "plot", "model", "train", "epoch", "loss", "accuracy", "table"),
    *("merge", "group", "index", "column", "value", "print", "range", "enumerate", "lambda", "return"),
    *("yield", "async", "await", "session", "request", "response", "token", "header", "payload", "matrix"),
    *("vector", "tensor", "kernel", "stride", "buffer", "cursor", "parse", "render", "layout", "palette"),
)
_STATUSES = (Status.FAILED, Status.INTERRUPTED, Status.TIMED_OUT, Status.LOST)
_MINUTE = 60.0


def many_entries(count: int) -> Path:
    """The path of a file with `count` finished entries over two years; made when it is not there yet."""
    folder = Path(tempfile.gettempdir()) / f"workbench-entries-{schema.VERSION}-{count}"
    path = folder / "history.db"
    if not path.exists():
        folder.mkdir(exist_ok=True)
        started = time.perf_counter()
        new = folder / "new.db"
        new.unlink(missing_ok=True)
        _fill(new, count)
        new.rename(path)
        seconds = time.perf_counter() - started
        print(
            f"made {count:,} entries, {path.stat().st_size / 2**20:,.0f} MiB, in {seconds:.0f} s", flush=True
        )
    return path


def text(source: random.Random, lines: int) -> str:
    """Lines of words that look somewhat like code."""
    return "\n".join(
        f"{source.choice(WORDS)}_{source.randrange(1000)} = {source.choice(WORDS)}({source.choice(WORDS)})"
        for _ in range(lines)
    )


def entries(count: int) -> Iterator[Entry]:
    """Finished entries: 300 sessions at three targets, one in 50 not succeeded, one in 20 with a file."""
    source = random.Random(1)
    lines = text(source, 50_000).splitlines()
    first = time.time() - count * _MINUTE
    for index in range(count):
        code = "\n".join(source.choices(lines, k=6)) + (f"\nneedle{index}" if index % 100 == 77 else "")
        yield Entry(
            f"id{index}",
            code,
            "default" if index % 3 else f"session-{source.randrange(300)}",
            index + 1,
            profile=("local", "local", "pool", "local", "staging")[index % 5],
            api_version=("", "2025-10-02-preview")[index % 5 == 2],
            status=source.choice(_STATUSES) if index % 50 == 0 else Status.SUCCEEDED,
            segments=(Segment(Stream.STDOUT, "\n".join(source.choices(lines, k=index % 12))),),
            started_at=first + index * _MINUTE,
            duration_ms=1.0,
            files_changed=(FileChange(f"out/{source.choice(WORDS)}.csv", Change.CREATED, 9),)
            if index % 20 == 0
            else (),
        )


def _fill(path: Path, count: int) -> None:
    """Write rows as they are, and the index in one go at the end."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in (
            "auto_vacuum = INCREMENTAL",
            "journal_mode = OFF",
            "synchronous = OFF",
            "cache_size = -400000",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        schema.prepare(connection)
        (trigger,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'texts_added'").fetchone()
        connection.execute("DROP TRIGGER texts_added")
        connection.execute("BEGIN")
        for sequence, entry in enumerate(entries(count), 1):
            connection.execute(
                "INSERT INTO entries (id, session, number, profile, version, status, state_lost, started_at, "
                "duration_ms, owner) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
                facts(entry),
            )
            connection.execute(
                "INSERT INTO texts VALUES (?, ?, ?)", (sequence, entry.code, indexed_output(entry))
            )
            connection.execute("INSERT INTO bodies VALUES (?, ?)", (sequence, pack(entry)))
            if entry.files_changed:
                schema.record_paths(connection, sequence, [change.path for change in entry.files_changed])
        connection.execute("INSERT INTO counters SELECT session, max(number) FROM entries GROUP BY session")
        connection.execute("INSERT INTO search (search) VALUES ('rebuild')")
        connection.execute("COMMIT")
        connection.execute(trigger)


if __name__ == "__main__":
    import sys

    print(many_entries(int(sys.argv[1].replace("_", ""))))
