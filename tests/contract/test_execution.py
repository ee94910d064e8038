"""What an execution gives: output as it comes, the last value, errors, state."""

from __future__ import annotations

import asyncio
import hashlib
import resource
import time

import pytest

from backend.models import Chunk, Display, Exchanged, Finished, Started, Status
from backend.port import Backend
from tests.contract.driver import run, running, submission, value


@pytest.mark.needs("streams", "interrupts")
async def test_output_comes_before_the_end(backend: Backend) -> None:
    async with running(backend, "import time\nprint('first')\ntime.sleep(30)\nprint('second')") as execution:
        await execution.until_printed("first\n")
        assert not execution.task.done()
        await execution.stop()
        ran = await execution.end()
    assert ran.stdout == "first\n"


@pytest.mark.needs("streams", "interrupts")
async def test_output_without_a_newline_comes_too(backend: Backend) -> None:
    async with running(backend, "import time\nprint('dot', end='')\ntime.sleep(30)") as execution:
        await execution.until_printed("dot")
        await execution.stop()
        await execution.end()


@pytest.mark.needs("streams", "interrupts")
async def test_the_last_lines_of_a_flood_come_while_the_code_goes_on(backend: Backend) -> None:
    code = "import time\nfor i in range(10000): print(i)\nprint('last'); time.sleep(30)"
    async with running(backend, code) as execution:
        await execution.until_printed("last\n")
        await execution.stop()
        ran = await execution.end()
    assert ran.stdout == "".join(f"{i}\n" for i in range(10000)) + "last\n"


async def test_prints_and_output_of_children_keep_their_order(backend: Backend) -> None:
    code = """
import subprocess, os
for i in range(300): print('a')
subprocess.run(['echo', 'b'])
for i in range(300): print('c')
os.system('echo d')
print('e')
"""
    ran = await run(backend, code)
    assert ran.stdout.split() == ["a"] * 300 + ["b"] + ["c"] * 300 + ["d", "e"]


async def test_the_last_value(backend: Backend) -> None:
    ran = await run(backend, "x = 20\nx + 1")
    assert ran.status is Status.SUCCEEDED
    assert ran.value == "21"
    events = [event for event in ran.events if not isinstance(event, Exchanged)]
    assert isinstance(events[0], Started)
    assert ran.outcome.duration_ms > 0


async def test_no_value_after_a_statement_or_none(backend: Backend) -> None:
    assert (await run(backend, "x = 1")).value is None
    assert (await run(backend, "None")).value is None
    assert (await run(backend, "")).status is Status.SUCCEEDED


async def test_a_semicolon_keeps_the_value_quiet(backend: Backend) -> None:
    assert (await run(backend, "1 + 1;")).value is None


async def test_state_is_kept(backend: Backend) -> None:
    await run(backend, "def f(x): return x * 2\nimport math")
    assert await value(backend, "f(math.floor(2.5))") == "4"


async def test_code_has_the_features_that_it_took_itself_and_keeps_them(backend: Backend) -> None:
    noted = "def f(x: int): pass\nprint(f.__annotations__)"
    assert (await run(backend, noted)).stdout == "{'x': <class 'int'>}\n"
    await run(backend, "from __future__ import annotations")
    assert (await run(backend, noted)).stdout == "{'x': 'int'}\n"


async def test_an_exception_ends_as_failed_with_the_users_frames_only(backend: Backend) -> None:
    ran = await run(backend, "def broken():\n    return 1 / 0\nprint('before')\nbroken()")
    assert ran.status is Status.FAILED
    assert not ran.outcome.state_lost
    assert ran.stdout == "before\n"
    assert ran.error == "ZeroDivisionError"
    assert "return 1 / 0" in ran.traceback
    assert "line 4" in ran.traceback
    assert "shell" not in ran.traceback
    assert "IPython" not in ran.traceback
    assert ran.stderr == ""


async def test_a_syntax_error(backend: Backend) -> None:
    ran = await run(backend, "x = = 1")
    assert ran.status is Status.FAILED
    assert ran.error == "SyntaxError"


@pytest.mark.parametrize(
    "code",
    ["print('a')\0", "print('\ud800')", "'\ud800'", "x = (" * 100_000, "'" + "x" * 10**6],
    ids=["nul", "printed surrogate", "surrogate", "brackets", "unterminated"],
)
async def test_hostile_code_is_a_failed_or_harmless_execution(backend: Backend, code: str) -> None:
    await run(backend, "kept = 1")
    ran = await run(backend, code)
    assert ran.status in (Status.FAILED, Status.SUCCEEDED)
    assert await value(backend, "kept") == "1"


async def test_a_line_of_a_million_characters(backend: Backend) -> None:
    assert await value(backend, "len('" + "x" * 10**6 + "')") == str(10**6)


async def test_code_too_long_for_any_frame_is_rejected(backend: Backend) -> None:
    ran = await run(backend, "#" * 3_000_000)
    assert ran.status is Status.REJECTED
    assert await value(backend, "1") == "1"


async def test_sessions_do_not_see_each_other(backend: Backend) -> None:
    await run(backend, "x = 1\nopen('mine.txt', 'w').write('a');", session="one")
    ran = await run(backend, "x", session="two")
    assert ran.error == "NameError"
    assert await backend.list_files("two") == []


async def test_sessions_run_in_parallel(backend: Backend) -> None:
    wait = "import time\nwhile not os.path.exists({other!r}): time.sleep(0.01)"
    folders = [str(await value(backend, "import os\nos.getcwd()", session=name)).strip("'") for name in "ab"]
    codes = [
        f"open('here', 'w').close()\n{wait.format(other=f'{folder}/here')}" for folder in reversed(folders)
    ]
    async with asyncio.timeout(10):
        both = await asyncio.gather(
            *(run(backend, code, name) for code, name in zip(codes, "ab", strict=True))
        )
    assert [ran.status for ran in both] == [Status.SUCCEEDED] * 2


async def test_top_level_await(backend: Backend) -> None:
    ran = await run(backend, "import asyncio\nawait asyncio.sleep(0.01)\nawait asyncio.sleep(0, 'done')")
    assert ran.value == "'done'"


async def test_output_of_a_subprocess_belongs_to_its_execution(backend: Backend) -> None:
    first = await run(backend, "import subprocess\nsubprocess.run(['echo', 'x']).returncode")
    second = await run(backend, "print('y')")
    assert (first.stdout, first.value, second.stdout) == ("x\n", "0", "y\n")


@pytest.mark.parametrize(
    "code", ["input()", "import getpass\ngetpass.getpass()", "import sys\nsys.stdin.read()"]
)
async def test_asking_for_input_fails_at_once_with_a_hint(backend: Backend, code: str) -> None:
    began = time.monotonic()
    ran = await run(backend, code)
    assert time.monotonic() - began < 3
    assert ran.error == "EOFError"
    assert "nobody to ask" in ran.traceback


async def test_pdb_does_not_hang(backend: Backend) -> None:
    ran = await run(backend, "import pdb\npdb.set_trace()\nx = 1")
    assert ran.status.final
    assert await value(backend, "2") == "2"


@pytest.mark.needs("local")
async def test_displayed_values_come_in_order_with_prints(backend: Backend) -> None:
    ran = await run(backend, "for i in range(3):\n    print(i)\n    display(str(i))\nprint('end')")
    shown = "".join(
        event.text if isinstance(event, Chunk) else "[shown]"
        for event in ran.events
        if isinstance(event, Chunk | Display)
    )
    assert shown == "0\n[shown]1\n[shown]2\n[shown]end\n"


@pytest.mark.needs("streams")
async def test_leaving_early_lets_the_execution_go_on(backend: Backend) -> None:
    sent = submission("import time\nprint('x')\ntime.sleep(0.2)\nleft = 'finished'")
    events = backend.execute("one", sent)
    async for event in events:
        if isinstance(event, Chunk):
            break
    await events.aclose()  # type: ignore[attr-defined]  # a generator, as every backend's is
    assert await value(backend, "left") == "'finished'"


@pytest.mark.needs("streams")
async def test_a_slow_reader_loses_nothing_and_memory_stays_bounded(backend: Backend) -> None:
    code = """
import hashlib, os, sys
digest = hashlib.sha256()
for number in range(1600):
    block = (b'%07d ' % number) * 8192
    digest.update(block)
    sys.stdout.buffer.write(block)
sys.stdout.flush()
digest.hexdigest()
"""
    await backend.start("one")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    digest, count = hashlib.sha256(), 0
    async for event in backend.execute("one", submission(code)):
        if isinstance(event, Chunk):
            digest.update(event.text.encode())
            count += len(event.text)
            await asyncio.sleep(0.5 if count < 10_000_000 else 0.002)
        elif isinstance(event, Finished):
            assert event.outcome.value is not None
            assert event.outcome.value["text/plain"] == repr(digest.hexdigest())
    assert count == 1600 * 65536
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # kB


@pytest.mark.needs("streams")
async def test_a_reader_that_stands_still_does_not_hold_up_the_next_execution(backend: Backend) -> None:
    # more than waits for a reader, and so little more that the pipe holds the rest
    events = backend.execute("one", submission(f"print('x' * {(4 << 20) + 300_000})"))
    assert isinstance(await anext(events), Started)
    async with asyncio.timeout(10):
        assert (await run(backend, "print('y' * 2_000_000)")).stdout == "y" * 2_000_000 + "\n"
    text = "".join([event.text async for event in events if isinstance(event, Chunk)])
    assert len(text) == (4 << 20) + 300_001


@pytest.mark.needs("completes")
async def test_completion_from_live_names(backend: Backend) -> None:
    await run(backend, "class Thing:\n    colour = 1\nthing = Thing()")
    found = await backend.complete("one", "thing.col", 9)
    assert "colour" in [match.rpartition(".")[2] for match in found.matches]
    assert found.end == 9


@pytest.mark.needs("completes")
async def test_no_completion_while_running(backend: Backend) -> None:
    await backend.start("one")
    async with running(backend, "import time\nprint('on')\ntime.sleep(30)") as execution:
        await execution.until_printed("on\n")
        assert (await backend.complete("one", "pri", 3)).matches == ()
        await execution.stop()
        await execution.end()
