"""Search: words, short words, odd characters, fields."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend.models import ErrorInfo, Status, Stream
from tests.unit.history.conftest import MakeEntry
from workbench.history.codec import INDEXED_CHARACTERS
from workbench.history.database import searching as database
from workbench.history.entry import Segment
from workbench.history.store import History


@pytest.fixture
async def filled(path: Path, make_entry: MakeEntry) -> AsyncIterator[History]:
    async with History(path) as history:

        async def add(code: str, output: str = "", status: Status = Status.SUCCEEDED, **fields: str) -> None:
            entry = await history.begin(make_entry(code, **fields))
            error = ErrorInfo("ValueError", "bad thing", "Traceback\n\x1b[31mVal\x1b[0mueError: bad thing")
            await history.finish(
                replace(
                    entry,
                    status=status,
                    segments=(Segment(Stream.STDOUT, output),),
                    value={"text/plain": "the value"} if code == "value" else None,
                    error=error if status is Status.FAILED else None,
                )
            )

        await add("import numpy as np", "", profile="pool")
        await add("print('50% off_')", "50% off_\n")
        await add("1/0", "", Status.FAILED)
        await add("naïve = 'Ünï'", 'say "hi" \\o/', session="two words")
        await add("value")
        await add("long", "head-mark" + "x" * 3 * INDEXED_CHARACTERS + "tail-mark")
        yield history


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("numpy", ["import numpy as np"]),
        ("NUMPY import", ["import numpy as np"]),
        ("numpy print", []),
        ("np", ["import numpy as np"]),
        ("np numpy", ["import numpy as np"]),
        ("0%", ["print('50% off_')"]),
        ("f_", ["print('50% off_')"]),
        ("off_", ["print('50% off_')"]),
        ("%%", []),
        ("\\o", ["naïve = 'Ünï'"]),
        ("ünï", ["naïve = 'Ünï'"]),
        ('"say \\"hi', []),
        ("say hi", ["naïve = 'Ünï'"]),
        ('"hi"', ["naïve = 'Ünï'", "1/0"]),
        ('"numpy as"', ["import numpy as np"]),
        ('"numpy as', ["import numpy as np"]),
        ("ValueError", ["1/0"]),
        ("the value", ["value"]),
        ("head-mark tail-mark", ["long"]),
        ("status:failed", ["1/0"]),
        ("status:fail", ["1/0"]),
        ("STATUS:failed bad", ["1/0"]),
        ("status:nonsense", []),
        ("profile:pool", ["import numpy as np"]),
        ('session:"two words"', ["naïve = 'Ünï'"]),
        ("session:none numpy", []),
        ("nofield:x", []),
        ("zzz", []),
        ("\x00", []),
        ("\ud800", []),
        ("AND OR NOT NEAR(", []),
        ("*", []),
    ],
)
async def test_finds(filled: History, query: str, codes: list[str]) -> None:
    assert [summary.code for summary in await filled.search(query)] == codes


async def test_an_empty_query_is_everything_newest_first(filled: History) -> None:
    assert [s.code for s in await filled.search("", limit=2)] == ["long", "value"]
    assert [s.code for s in await filled.search(" ", session="two words")] == ["naïve = 'Ünï'"]


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest ten entries tell whether a short word is common."""
    monkeypatch.setattr(database, "_NEWEST", 10)
    monkeypatch.setattr(database, "_COMMON", 3)


@pytest.mark.usefixtures("few_are_many")
async def test_short_words_are_found_wherever_they_stand(path: Path, make_entry: MakeEntry) -> None:
    async with History(path) as history:
        for code in ("Ab", "xaB", "abx", "a", "b", "é", "x\nab\ny", 'a"', "%"):
            await history.begin(make_entry(code))
        for _ in range(20):  # far from the newest, so that the index is asked
            await history.begin(make_entry("~"))
        found = {
            query: {s.code for s in await history.search(query)}
            for query in ("ab", "b", "É", 'a"', "%", "zz")
        }
    assert found == {
        "ab": {"Ab", "xaB", "abx", "x\nab\ny"},
        "b": {"Ab", "xaB", "abx", "b", "x\nab\ny"},
        "É": {"é"},
        'a"': {'a"'},
        "%": {"%"},
        "zz": set(),
    }


@pytest.mark.usefixtures("few_are_many")
async def test_common_and_rare_short_words_together(path: Path, make_entry: MakeEntry) -> None:
    async with History(path) as history:
        await history.begin(make_entry("x q~ y"))
        for index in range(60):
            await history.begin(make_entry(f"x = {index}"))
        assert [s.code for s in await history.search("q~ x")] == ["x q~ y"]
        assert [s.code for s in await history.search("q~ x y")] == ["x q~ y"]
        assert await history.search("q~ =") == []
        assert len(await history.search("x =", limit=50)) == 50


async def test_results_are_newest_first_and_limited(filled: History, make_entry: MakeEntry) -> None:
    for index in range(5):
        await filled.begin(make_entry(f"common {index}"))
    assert [s.code for s in await filled.search("common", limit=2)] == ["common 4", "common 3"]


async def test_the_index_follows_changes(filled: History, make_entry: MakeEntry) -> None:
    entry = await filled.begin(make_entry("fleeting"))
    assert len(await filled.search("fleeting")) == 1
    await filled.finish(
        replace(entry, status=Status.SUCCEEDED, segments=(Segment(Stream.STDOUT, "lasting"),))
    )
    assert len(await filled.search("lasting fleeting")) == 1
    await filled.delete(entry.id)
    assert await filled.search("lasting") == []
    assert await filled.search("fleeting") == []
