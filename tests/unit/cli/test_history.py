"""`workbench history`: finding and showing what was run, without the screen."""

from __future__ import annotations

import asyncio
import json
import subprocess
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from backend.models import ErrorInfo, Status, Stream
from tests.unit.cli.conftest import LIMIT, Shell, sentence
from workbench.history.entry import Entry, Segment
from workbench.history.store import History

HOSTILE = "[@click=app.quit]x[/] \x1b]0;owned\x07\x9b31m\u202e"


def entry(id: str, code: str, **fields: Any) -> Entry:
    usual: dict[str, Any] = {
        "session": "default",
        "status": Status.SUCCEEDED,
        "started_at": time.time(),
        "duration_ms": 1500.0,
    }
    return Entry(id, code, **(usual | fields))


PAST = (
    entry("a", "import pandas\npandas.DataFrame()", segments=(Segment(Stream.STDOUT, "a table\n"),)),
    entry("b", "\n# a comment\n1/0", status=Status.FAILED, error=ErrorInfo("E", "m", "Traceback…\nE: m\n")),
    entry("c", "groupby", session="other", value={"text/plain": "42"}, message="A sentence."),
    entry(
        "d", f"print({HOSTILE!r})  # {HOSTILE}", session=HOSTILE, segments=(Segment(Stream.STDERR, HOSTILE),)
    ),
)


def fill(shell: Shell, entries: Iterable[Entry] = PAST) -> None:
    async def write() -> None:
        async with History(shell.home / "data" / "history.db") as history:
            for one in entries:
                numbered = await history.begin(replace(one, status=Status.RUNNING))
                await history.finish(replace(one, number=numbered.number))

    asyncio.run(write())


def ids(ran: subprocess.CompletedProcess[str]) -> list[str]:
    assert ran.returncode == 0, ran.stderr
    return [found["id"] for found in json.loads(ran.stdout)]


def test_rows_are_newest_first_and_hold_what_one_looks_for(shell: Shell) -> None:
    fill(shell, PAST[:3])
    rows = shell.run("history").stdout.splitlines()
    assert [row.split("  ")[0] for row in rows] == [
        "other [1] succeeded",
        "default [2] failed",
        "default [1] succeeded",
    ]
    assert rows[1].endswith("# a comment")
    assert "1.5 s" in rows[0]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ((), ["d", "c", "b", "a"]),
        (("--limit", "2"), ["d", "c"]),
        (("pandas",), ["a"]),
        (("table", "pandas"), ["a"]),
        (("status:failed",), ["b"]),
        (("session:other",), ["c"]),
        (("--session", "default"), ["b", "a"]),
        (("--session", "default", "pandas"), ["a"]),
        (("--profile", "local", "groupby"), ["c"]),
        (("nowhere",), []),
    ],
    ids=" ".join,
)
def test_queries_and_flags_narrow(shell: Shell, arguments: tuple[str, ...], found: list[str]) -> None:
    fill(shell)
    assert ids(shell.run("history", "--json", *arguments)) == found


def test_json_has_code_and_all_else(shell: Shell) -> None:
    fill(shell, PAST[:1])
    (found,) = json.loads(shell.run("history", "--json").stdout)
    assert found == {**replace(PAST[0], number=1).as_json(), "code": PAST[0].code}


def test_output_shows_code_streams_value_error_and_message(shell: Shell) -> None:
    fill(shell, PAST[:3])
    whole = shell.run("history", "--output").stdout
    for words in ("── other [1] succeeded · 1.5 s · c", "groupby", "42", "A sentence.", "E: m", "a table"):
        assert words in whole


def test_nothing_yet_and_nothing_found_say_what_to_do(shell: Shell) -> None:
    nothing = shell.run("history")
    assert (nothing.returncode, nothing.stdout) == (0, "")
    assert nothing.stderr == "Nothing has been run yet: workbench run -c 1+1\n"
    assert shell.run("history", "xyz").stderr == "Nothing matches; try fewer words.\n"
    assert shell.run("history", "--json").stdout == "[]\n"


@pytest.mark.parametrize("flag", ["--limit=9", "--output"])
def test_hostile_text_is_shown_as_text(shell: Shell, flag: str) -> None:
    fill(shell, PAST[3:])
    shown = shell.run("history", flag).stdout
    assert "[@click=app.quit]x[/]" in shown
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown)


def test_a_damaged_file_is_told_and_moved_aside(shell: Shell) -> None:
    fill(shell)
    (shell.home / "data" / "history.db").write_bytes(b"nonsense" * 1000)
    ran = shell.run("history")
    assert ran.returncode == 0
    assert "History was damaged: it was moved to" in ran.stderr


def test_a_reader_that_goes_away_is_no_error(shell: Shell) -> None:
    fill(shell, [entry(str(number), "x" * 5000) for number in range(40)])
    with shell.start("history", "--json", "--limit", "40") as started:
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.close()
        assert started.wait(LIMIT) == 130
        assert started.stderr.read() == ""


@pytest.mark.parametrize("limit", ["0", "x", str(10**20)])
def test_a_limit_that_is_none_is_refused(shell: Shell, limit: str) -> None:
    ran = shell.run("history", "--limit", limit)
    assert ran.returncode == 2
    assert "--limit" in sentence(ran.stderr)
