"""Kills writers of one history at random moments and looks at what is left."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from backend.models import Status
from tests.kills.victims import VICTIMS
from workbench.history.store import History

AT_ONCE = 4
"""Writers at a time."""
_FRESH = 25  # rounds, after which a new history is begun: checking a large one takes long


@dataclass
class Tally:
    """What came of it."""

    kills: Counter[str] = field(default_factory=Counter)
    acknowledged: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    unsound: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing was lost and nothing damaged."""
        return not (self.lost or self.unsound or self.failed)

    def __str__(self) -> str:
        killed = ", ".join(f"{count:,} {name}" for name, count in self.kills.most_common())
        told = ", ".join(f"{count:,} {word}" for word, count in self.acknowledged.most_common())
        return (
            f"{self.kills.total():,} kills ({killed}); acknowledged: {told}; "
            f"{len(self.lost)} lost, {len(self.unsound)} not sound, {len(self.failed)} failed"
        )


@dataclass
class Victim:
    """A child that writes, with the end of the pipe in which it acknowledges, and the time of its end."""

    kind: str
    process: int
    pipe: int
    at: float


def torture(home: Path, kills: int, seed: int, tell: float = 30.0) -> Tally:
    """Kill so many writers of the history in `home`; a line of how it stands every `tell` seconds."""
    source = random.Random(seed)
    tally = Tally()
    told: dict[str, set[str]] = {}
    kinds = [kind for kind, (_, _, share) in VICTIMS.items() for _ in range(share)]
    spoke = time.monotonic()
    for number in range(-(-kills // AT_ONCE)):
        if number % _FRESH == 0:
            shutil.rmtree(home, ignore_errors=True)
            (home / "data").mkdir(parents=True)
            told = {}
        _round(home, source, [source.choice(kinds) for _ in range(AT_ONCE)], tally, told)
        _check(home / "data" / "history.db", tally, told)
        if not tally.good:
            break
        if time.monotonic() - spoke > tell:
            spoke = time.monotonic()
            print(tally, flush=True)
    return tally


def _round(
    home: Path, source: random.Random, kinds: list[str], tally: Tally, told: dict[str, set[str]]
) -> None:
    victims = [_start(kind, home, source) for kind in kinds]
    for victim in sorted(victims, key=lambda victim: victim.at):
        time.sleep(max(victim.at - time.monotonic(), 0))
        os.kill(victim.process, signal.SIGKILL)
        _, status = os.waitpid(victim.process, 0)
        tally.kills[victim.kind] += 1
        with os.fdopen(victim.pipe, "rb") as pipe:
            lines = pipe.read().decode().splitlines(keepends=True)
        if os.WIFEXITED(status):
            tally.failed.append(f"{victim.kind}: ended by itself\n{''.join(lines[-30:])}")
        for line in lines:
            word, _, name = line.partition(" ")
            if line.endswith("\n") and word in ("begun", "finished", "pinned", "deleted"):
                told.setdefault(name.strip(), set()).add(word)
                tally.acknowledged[word] += 1


def _start(kind: str, home: Path, source: random.Random) -> Victim:
    program, seconds, _ = VICTIMS[kind]
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return Victim(kind, process, reading, time.monotonic() + source.uniform(0, seconds))
    os.close(reading)
    quiet = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(quiet, descriptor)
    with contextlib.suppress(BaseException):
        try:
            program(home, lambda word, name: (os.write(writing, f"{word} {name}\n".encode()), None)[1])
        except BaseException:
            os.write(writing, traceback.format_exc().encode())
    os._exit(1)


def _check(path: Path, tally: Tally, told: dict[str, set[str]]) -> None:
    """Integrity of tables and index, and every acknowledged entry as it was acknowledged."""
    if not path.exists():
        return
    asyncio.run(_recover(path, tally))
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        said = connection.execute("PRAGMA integrity_check").fetchall()
        if said != [("ok",)]:
            tally.unsound.append(str(said[:3]))
        try:
            connection.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
        except sqlite3.Error as error:
            tally.unsound.append(f"the index: {error}")
        rows = {
            row[0]: row[1:]
            for row in connection.execute(
                "SELECT id, status, pinned, deleted_at IS NOT NULL, length(output), length(body) "
                "FROM entries JOIN texts USING (seq) JOIN bodies USING (seq)"
            )
        }
    for name, words in told.items():
        if name not in rows:
            tally.lost.append(f"{name} {words}")
            continue
        status, pinned, deleted, output, _ = rows[name]
        right = status == Status.SUCCEEDED.value or ("finished" not in words and status == Status.LOST.value)
        right = right and ("finished" not in words or output > 0)
        right = right and ("pinned" not in words or pinned) and ("deleted" not in words or deleted)
        if not right:
            tally.lost.append(f"{name} {words}: {rows[name]}")


async def _recover(path: Path, tally: Tally) -> None:
    async with History(path) as history:
        if history.notice:
            tally.unsound.append(history.notice)
        if len(await history.search("needle", 5)) == 0 and await history.recent("s0", 1):
            tally.unsound.append("the search finds nothing")


def preload() -> None:
    """Import here what the children need, so that none of a thousand has to."""
    import workbench.app
    import workbench.cli.main
    import workbench.cli.run
    import workbench.history.keeper
    import workbench.history.readers  # noqa: F401


def main() -> int:
    """Run from the command line; 0 when nothing was lost and nothing damaged."""
    import tempfile

    preload()
    kills = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 2_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    print(f"{kills:,} kills, seed {seed}", flush=True)
    home = Path(tempfile.mkdtemp(prefix="workbench-kills-"))
    tally = torture(home, kills, seed)
    print(tally)
    for wrong in (*tally.lost, *tally.unsound, *tally.failed):
        print(wrong)
    if tally.good:
        shutil.rmtree(home, ignore_errors=True)
    else:
        print(f"what is left is in {home}")
    return 0 if tally.good else 1
