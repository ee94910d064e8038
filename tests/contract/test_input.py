"""input() and getpass(): a question for who watches, an error at once where nobody does."""

from __future__ import annotations

import asyncio
import itertools
import time

import pytest

from backend.errors import UsageError
from backend.models import Chunk, Event, Finished, InputRequested, Status, Submission
from backend.port import Backend
from tests.contract.driver import Ran, pieces, run, value

pytestmark = pytest.mark.needs("local")

_numbers = itertools.count(1)


async def converse(backend: Backend, code: str, *answers: str | None) -> tuple[Ran, list[InputRequested]]:
    """Run code and answer its questions in turn."""
    sent = Submission(f"asking-{next(_numbers)}", code, interactive=True)
    ran, asked = Ran(sent.id), []
    rest = list(answers)
    async for event in backend.execute("one", sent):
        ran.events.append(event)
        if isinstance(event, InputRequested):
            asked.append(event)
            await backend.answer("one", sent.id, rest.pop(0))
    return ran, asked


async def test_input_is_answered(backend: Backend) -> None:
    ran, asked = await converse(backend, "name = input('name? ')\nname * 2", "Ann")
    assert ran.value == "'AnnAnn'"
    assert ran.stdout == "name? "
    assert [(each.prompt, each.secret) for each in asked] == [("name? ", False)]


async def test_getpass_asks_for_a_secret(backend: Backend) -> None:
    ran, asked = await converse(backend, "from getpass import getpass\nlen(getpass())", "geheim")
    assert ran.value == "6"
    assert asked[0].secret
    assert asked[0].prompt == "Password: "


async def test_questions_come_one_after_another(backend: Backend) -> None:
    ran, asked = await converse(backend, "[input(str(i)) for i in range(5)]", *"abcde")
    assert ran.value == "['a', 'b', 'c', 'd', 'e']"
    assert [each.prompt for each in asked] == list("01234")


async def test_standard_input_gives_lines_until_its_end(backend: Backend) -> None:
    ran, _ = await converse(backend, "import sys\nlist(sys.stdin)", "one", "zwei ü", None)
    assert ran.value == "['one\\n', 'zwei ü\\n']"
    ran, _ = await converse(backend, "sys.stdin.read()", "one", None)
    assert ran.value == "'one\\n'"


async def test_the_end_of_input_is_an_error_for_input(backend: Backend) -> None:
    ran, _ = await converse(backend, "input()", None)
    assert ran.error == "EOFError"


NOBODY = [
    "input('x')",
    "import getpass\ngetpass.getpass()",
    "import sys\nsys.stdin.read()",
    "breakpoint()\n1",
]


@pytest.mark.parametrize("code", NOBODY)
async def test_with_nobody_to_ask_it_raises_at_once(backend: Backend, code: str) -> None:
    async with asyncio.timeout(5):
        ran = await run(backend, code)
    assert ran.status is Status.FAILED
    assert "InputRequested" not in {type(event).__name__ for event in ran.events}


async def test_the_error_says_what_to_do(backend: Backend) -> None:
    assert "nobody to ask" in (await run(backend, "input()")).traceback


@pytest.mark.parametrize(
    "code",
    [
        "import threading\nt = threading.Thread(target=input); t.start(); t.join(5); t.is_alive()",
        "import os\npid = os.fork()\nif not pid:\n    try: input()\n    finally: os._exit(0)\n"
        "os.waitpid(pid, 0); False",
    ],
    ids=["thread", "child"],
)
async def test_threads_and_children_cannot_ask(backend: Backend, code: str) -> None:
    ran, asked = await converse(backend, code)
    assert ran.value == "False"
    assert asked == []


async def asking(backend: Backend, code: str) -> tuple[Submission, list[Event], asyncio.Task[None]]:
    """Run code up to its first question."""
    sent = Submission(f"asking-{next(_numbers)}", code, interactive=True)
    events: list[Event] = []
    asked = asyncio.Event()

    async def read() -> None:
        async for event in backend.execute("one", sent):
            events.append(event)
            if isinstance(event, InputRequested):
                asked.set()

    task = asyncio.create_task(read())
    async with asyncio.timeout(10):
        await asked.wait()
    return sent, events, task


async def test_an_interrupt_ends_a_question(backend: Backend) -> None:
    sent, events, task = await asking(backend, "x = 5\ninput()")
    await backend.interrupt("one", sent.id)
    await task
    assert isinstance(events[-1], Finished)
    assert events[-1].outcome.status is Status.INTERRUPTED
    assert await value(backend, "x") == "5"


async def test_a_late_answer_goes_nowhere(backend: Backend) -> None:
    """The code gave up its question by itself, and asks another."""
    code = (
        "import signal\n"
        "def ring(*a): raise TimeoutError\n"
        "signal.signal(signal.SIGALRM, ring); signal.setitimer(signal.ITIMER_REAL, 0.2)\n"
        "try: input('first')\n"
        "except TimeoutError: pass\n"
        "print('gave up', flush=True)\n"
        "input('second')"
    )
    sent = Submission(f"asking-{next(_numbers)}", code, interactive=True)
    ran = Ran(sent.id)
    async for event in backend.execute("one", sent):
        ran.events.append(event)
        if isinstance(event, InputRequested) and event.prompt == "second":
            await backend.answer("one", sent.id, "right")
            await backend.answer("one", sent.id, "wrong")
    assert ran.value == "'right'"
    assert await value(backend, "1 + 1") == "2"


async def test_a_reader_that_leaves_ends_the_input(backend: Backend) -> None:
    sent = Submission(
        f"asking-{next(_numbers)}", "try: input()\nexcept EOFError: ended = 1", interactive=True
    )
    stream = backend.execute("one", sent)
    async for event in stream:
        if isinstance(event, InputRequested):
            break
    await stream.aclose()  # type: ignore[attr-defined]  # an async generator
    async with asyncio.timeout(5):
        assert await value(backend, "ended") == "1"


async def test_code_whose_reader_has_left_finds_the_end_of_input(backend: Backend) -> None:
    code = (
        "import os, time\nprint('on', flush=True)\n"
        "while not os.path.exists('go on'): time.sleep(0.01)\n"
        "try: input()\nexcept EOFError: ended = 1"
    )
    sent = Submission(f"asking-{next(_numbers)}", code, interactive=True)
    stream = backend.execute("one", sent)
    async for event in stream:
        if isinstance(event, Chunk):
            break
    await stream.aclose()  # type: ignore[attr-defined]  # an async generator
    await backend.write_file("one", "go on", pieces(b""))
    async with asyncio.timeout(5):
        assert await value(backend, "ended") == "1"


async def test_an_answer_that_crosses_the_next_question_is_not_its(backend: Backend) -> None:
    """We hear of nothing while the code gives up its first question and asks the second."""
    code = (
        "import signal\n"
        "def ring(*a): raise TimeoutError\n"
        "signal.signal(signal.SIGALRM, ring); signal.setitimer(signal.ITIMER_REAL, 0.1)\n"
        "try: input('first')\n"
        "except TimeoutError: pass\n"
        "input('second')"
    )
    sent = Submission(f"asking-{next(_numbers)}", code, interactive=True)
    ran = Ran(sent.id)
    async for event in backend.execute("one", sent):
        ran.events.append(event)
        if isinstance(event, InputRequested) and event.prompt == "first":
            time.sleep(0.4)  # noqa: ASYNC251 - meant
            await backend.answer("one", sent.id, "for the first")
        elif isinstance(event, InputRequested):
            await backend.answer("one", sent.id, "for the second")
    assert ran.value == "'for the second'"


async def test_answers_for_others_are_left_alone(backend: Backend) -> None:
    sent, events, task = await asking(backend, "input()")
    await backend.answer("one", "another", "wrong")
    await backend.answer("nowhere", sent.id, "wrong")
    await backend.answer("one", sent.id, "right")
    await task
    assert isinstance(events[-1], Finished)
    assert (events[-1].outcome.value or {})["text/plain"] == "'right'"


async def test_a_line_that_is_too_long_is_refused_and_the_question_stays(backend: Backend) -> None:
    sent = Submission(f"asking-{next(_numbers)}", "len(input())", interactive=True)
    ran = Ran(sent.id)
    async for event in backend.execute("one", sent):
        ran.events.append(event)
        if isinstance(event, InputRequested):
            with pytest.raises(UsageError, match="can be sent"):
                await backend.answer("one", sent.id, "\ud800" * 3_000_000)
            await backend.answer("one", sent.id, "\ud800" * 2_500_000)
    assert ran.value == "2500000"
