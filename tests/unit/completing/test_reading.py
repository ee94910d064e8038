"""Names and documentation from reading code, with the real child program."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.models import Completions
from workbench.completing import reader
from workbench.completing.question import Question
from workbench.completing.reader import CodeReader
from workbench.completing.reading import WORTH, ReadNames

CODE = """def half(number: int, *, up: bool = False) -> int:
    '''Half of a number.'''
    return number // 2
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What jedi reads is kept from test to test: the first time takes seconds."""
    return tmp_path_factory.mktemp("completing")


@pytest.fixture
async def names(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ReadNames]:
    (tmp_path / "jedi.py").write_text("raise SystemExit")  # nothing of the working directory is imported
    monkeypatch.chdir(tmp_path)
    found = ReadNames(folder)
    yield found
    await found.close()


async def answers(names: ReadNames, around: str, cell: str = "") -> list[Completions]:
    cell = cell or around
    question = Question(cell, len(cell), around, len(around))
    return [found async for found in names.complete(question)]


async def test_jedi_knows_what_words_do_not(names: ReadNames) -> None:
    found = (await answers(names, "text = 'x'\ntext.spl", "text.spl"))[-1]
    assert found == Completions(5, 8, ("split", "splitlines")), "places are those of the cell"
    assert "half" in (await answers(names, f"{CODE}hal"))[-1].matches
    assert (await answers(names, "def (\n%%magic\nhal"))[-1].matches == ()


async def test_words_come_first_while_jedi_takes_its_time(names: ReadNames) -> None:
    began = time.monotonic()
    first = True
    async for found in names.complete(Question("alpha = 1\nalp", 13, "alpha = 1\nalp", 13)):
        assert "alpha" in found.matches
        if first:
            assert time.monotonic() - began < 1.0, "a child that starts is not waited for"
        first = False


async def test_long_code_is_read_when_somebody_asks_and_not_at_a_pause(names: ReadNames) -> None:
    code = "splendid = 'x'\n" + "# filled\n" * (WORTH // 9 + 1)
    for rest, patient, matches in (
        ("spl", False, ("splendid",)),
        ("splendid.spl", False, ()),
        ("splendid.spl", True, ("split", "splitlines")),
    ):
        around = code + rest
        question = Question(around, len(around), around, len(around), patient)
        assert [found.matches async for found in names.complete(question)][-1] == matches


async def test_documentation_by_name_and_inside_a_call(names: ReadNames) -> None:
    for before, after in (("half", ""), ("half(1, ", ""), ("half(", ")")):
        found = await names.inspect(CODE + before + after, len(CODE + before))
        assert found is not None
        assert (found.name, found.signature) == ("half", "half(number: int, *, up: bool=False) -> int")
        assert found.documentation == "Half of a number."
    assert await names.inspect("nothing", 7) is None


async def test_only_the_last_question_is_answered(folder: Path) -> None:
    asker = CodeReader(folder)
    texts = [f"{CODE}{number}; hal" for number in range(5)]
    asked = [asyncio.create_task(asker.ask("complete", text, len(text))) for text in texts]
    given = await asyncio.gather(*asked)
    assert [answer is not None for answer in given[1:]] == [False, False, False, True]
    await asker.close()


async def test_letters_of_the_same_name_need_no_other_answer(folder: Path) -> None:
    asker = CodeReader(folder)
    code = "text = 'x'\ntext."
    assert await asker.ask("complete", code + "S", len(code) + 1)
    child = asker._child
    assert child is not None
    os.kill(child.pid, signal.SIGSTOP)  # it could not answer
    found = await asker.ask("complete", code + "Spl", len(code) + 3)
    assert found == {"names": ["split", "splitlines"], "typed": 3}
    os.kill(child.pid, signal.SIGCONT)
    for other in ("_", "title().spl", "spl # here"):
        given = await asker.ask("complete", code + other, len(code) + len(other))
        assert given is not None
        assert given.get("id") is not None, "another place, another answer"
    await asker.close()


async def test_a_child_that_dies_or_hangs_is_started_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker = CodeReader(folder)
    assert await asker.ask("complete", "pri", 3)
    child = asker._child
    assert child is not None
    os.kill(child.pid, signal.SIGSTOP)  # stopped, it hangs
    monkeypatch.setattr(reader, "LIMIT", 0.05)
    assert await asker.ask("complete", "1\npri", 5) is None
    assert child.returncode is not None
    monkeypatch.undo()
    assert await asker.ask("complete", "1\npri", 5)
    await asker.close()
    assert await asker.ask("complete", "pri", 3) is None
