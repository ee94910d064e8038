"""What code asks, through the controller: who is told, what history keeps, which answers are void."""

from __future__ import annotations

import asyncio

import pytest

from backend.models import Status
from tests.contract.driver import eventually
from tests.unit.controller.conftest import Bench


@pytest.fixture
def asking(bench: Bench) -> Bench:
    """A bench where somebody answers."""
    bench.listener.answers = True
    return bench


async def test_with_nobody_to_answer_code_cannot_ask(bench: Bench) -> None:
    entry = await bench.controller.run("input('x')")
    assert entry.status is Status.FAILED
    assert bench.listener.questions == []


async def test_the_answer_arrives_and_is_kept_behind_its_prompt(asking: Bench) -> None:
    task = asking.controller.run("name = input('name? '); print('hello', name)")
    question = await asking.listener.until_asked()
    assert (question.prompt, question.secret) == ("name? ", False)
    assert asking.listener.text == "name? "
    assert await asking.controller.answer(question, "Ann")
    entry = await task
    assert entry.stdout == asking.listener.text == "name? Ann\nhello Ann\n"
    assert await asking.stored(entry.code) == entry


async def test_a_secret_is_kept_nowhere(asking: Bench) -> None:
    task = asking.controller.run("import getpass; len(getpass.getpass())")
    question = await asking.listener.until_asked()
    assert question.secret
    assert await asking.controller.answer(question, "geheimnis")
    entry = await task
    assert entry.value == {"text/plain": "9"}
    assert entry.stdout == asking.listener.text == "Password: \n"
    await asking.controller.close()
    assert not any(b"geheimnis" in path.read_bytes() for path in asking.folder.rglob("*") if path.is_file())


async def test_what_no_person_typed_is_no_output(asking: Bench) -> None:
    task = asking.controller.run("input('? ')")
    assert await asking.controller.answer(await asking.listener.until_asked(), "from a file", typed=False)
    entry = await task
    assert (entry.stdout, entry.value) == ("? ", {"text/plain": "'from a file'"})
    assert "answered" not in asking.listener.calls(entry)


async def test_the_end_of_input_is_an_error_and_no_output(asking: Bench) -> None:
    task = asking.controller.run("input('? ')")
    assert await asking.controller.answer(await asking.listener.until_asked(), None)
    entry = await task
    assert entry.error is not None
    assert (entry.error.name, entry.stdout) == ("EOFError", "? ")


async def test_a_question_is_answered_once(asking: Bench) -> None:
    task = asking.controller.run("[input('1 '), input('2 ')]")
    first = await asking.listener.until_asked()
    assert await asking.controller.answer(first, "a")
    second = await asking.listener.until_asked(2)
    assert not await asking.controller.answer(first, "wrong")
    assert await asking.controller.answer(second, "b")
    entry = await task
    assert (entry.value, entry.stdout) == ({"text/plain": "['a', 'b']"}, "1 a\n2 b\n")
    assert not await asking.controller.answer(second, "late")


async def test_stopping_makes_a_question_void(asking: Bench) -> None:
    task = asking.controller.run("x = 5; input()")
    question = await asking.listener.until_asked()
    assert await asking.controller.stop()
    assert (await task).status is Status.INTERRUPTED
    assert not await asking.controller.answer(question, "late")
    assert (await asking.controller.run("x")).value == {"text/plain": "5"}


async def test_two_sessions_ask_at_once(asking: Bench) -> None:
    first = asking.controller.run("input('here ')")
    here = await asking.listener.until_asked()
    await asking.controller.switch("other")
    second = asking.controller.run("input('there ')")
    there = await asking.listener.until_asked(2)
    assert await asking.controller.answer(there, "b")
    assert (await second).value == {"text/plain": "'b'"}
    assert await asking.controller.answer(here, "a")
    assert (await first).value == {"text/plain": "'a'"}


async def test_a_question_that_nobody_heard_ends_the_input(asking: Bench) -> None:
    asking.listener.failing = "asked"
    with pytest.raises(ValueError, match="asked failed"):
        await asyncio.wait_for(asking.controller.run("input()"), 10)
    await eventually(lambda: asking.rows() == {"input()": "failed"})
