"""Workers that are spawned, modules that are preloaded, and what becomes of preloads that go wrong."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.executor.nursery import Interpreter
from backend.executor.plan import Plan
from backend.models import Status
from tests.contract.driver import alive, eventually, run, value

WHY = "a test wants it"
THREADED = """
import threading, time
threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
answer = 42
"""
MODULES = {
    "threaded": THREADED,
    "broken": "raise ValueError('no\\nway')",
    "leaving": "import sys; sys.exit(3)",
    "ending": "import os; os.write(2, b'some last words'); os._exit(7)",
    "crashing": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "writing": "import os; open(os.path.expanduser('~/kept'), 'w').close()",
}
Make = Callable[[Plan], Awaitable[LocalBackend]]


@pytest.fixture
def with_modules(tmp_path: Path) -> str:
    """An interpreter that has IPython and the modules above."""
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(os.path.realpath(sys.executable))
    (tmp_path / "venv" / "pyvenv.cfg").write_text(f"home = {Path(os.path.realpath(sys.executable)).parent}\n")
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    packages = tmp_path / "venv" / "lib" / version / "site-packages"
    packages.mkdir(parents=True)
    (packages / "more.pth").write_text("\n".join(each for each in sys.path if each.endswith("site-packages")))
    for name, text in MODULES.items():
        (packages / f"{name}.py").write_text(text)
    return str(python)


@pytest_asyncio.fixture(loop_scope="session")
async def make(tmp_path: Path, with_modules: str) -> AsyncIterator[Make]:
    """Makes a started backend of a plan."""
    made: list[LocalBackend] = []

    async def backend(plan: Plan) -> LocalBackend:
        one = LocalBackend(tmp_path / "sessions", Choice(with_modules, "test"), plan)
        made.append(one)
        await one.start("one")
        return one

    yield backend
    for each in made:
        await each.close()


def facts(backend: LocalBackend) -> Interpreter:
    """What its interpreter told."""
    assert backend.interpreter is not None
    return backend.interpreter


async def test_forking_is_what_a_plain_interpreter_does(make: Make) -> None:
    backend = await make(Plan())
    assert facts(backend).spawns == ""
    # a forked worker carries the modules of the nursery's warm-up, under the nursery's command line
    assert "--worker" not in await command_line(backend)


async def command_line(backend: LocalBackend) -> str:
    """How the worker was started."""
    code = "open('/proc/self/cmdline').read().split('\\0')"
    return await value(backend, code) or ""


@pytest.mark.parametrize("isolation", ["process", "confined"])
async def test_a_spawned_worker_is_as_good_as_a_forked_one(make: Make, isolation: str) -> None:
    backend = await make(Plan(isolation=isolation, spawn=WHY, preload=("colorsys",)))
    assert facts(backend).spawns == WHY
    assert "--worker" in await command_line(backend)
    ran = await run(backend, "import sys\nx = 20\nprint('hi')\n'colorsys' in sys.modules")
    assert (ran.stdout, ran.value) == ("hi\n", "True")
    assert await value(backend, "%who_ls") == "['sys', 'x']"
    assert await value(backend, "import os\nos.getcwd()") == "'/mnt/data'"
    ran = await run(backend, "import time\nwhile True: time.sleep(0.01)", limit=0.2)
    assert (ran.status, ran.outcome.state_lost) == (Status.TIMED_OUT, False)
    assert (await run(backend, "os.kill(os.getpid(), 9)")).status is Status.WORKER_DIED
    assert (await run(backend, "x")).error == "NameError"


async def test_spawned_workers_end_with_their_session(make: Make) -> None:
    backend = await make(Plan(spawn=WHY))
    pid, keeper = (
        int(each)
        for each in (await value(backend, "import os\n[os.getpid(), os.getppid()]") or "")[1:-1].split(",")
    )
    await backend.end_session("one")
    await eventually(lambda: not (alive(pid) or alive(keeper)), 2)


async def test_a_keeper_killed_by_code_leaves_nothing_where_nothing_is_rehearsed(make: Make) -> None:
    backend = await make(Plan(spawn=WHY))
    code = "import os, subprocess\nsubprocess.Popen(['sleep', '99'], start_new_session=True).pid"
    pid = int(await value(backend, code) or 0)
    ran = await run(backend, "os.kill(os.getppid(), 9)\nimport time\ntime.sleep(30)")
    assert ran.status is Status.WORKER_DIED
    await eventually(lambda: not alive(pid), 2)


async def test_a_preload_that_leaves_threads_makes_workers_be_spawned(make: Make) -> None:
    backend = await make(Plan(preload=("threaded",)))
    assert facts(backend).spawns == "importing threaded leaves 1 thread that a fork would lose"
    assert (
        await value(backend, "import threaded, threading\nlen(threading.enumerate()), threaded.answer")
        == "(2, 42)"
    )


async def test_a_preload_is_imported_before_the_fork(make: Make) -> None:
    backend = await make(Plan(preload=("colorsys",)))
    assert facts(backend).spawns == ""
    assert facts(backend).preload_ms > 0
    assert await value(backend, "import sys\n'colorsys' in sys.modules") == "True"


@pytest.mark.parametrize(
    ("module", "problem"),
    [
        ("nonesuch", "nonesuch cannot be imported: ModuleNotFoundError: No module named 'nonesuch'"),
        ("broken", "broken cannot be imported: ValueError: no"),
        ("leaving", "leaving cannot be imported: SystemExit: 3"),
        ("ending", "ending cannot be imported: it ended with code 7; its last words: some last words"),
        ("crashing", "crashing cannot be imported: it ended with code -9 without a word"),
    ],
)
async def test_a_preload_that_fails_is_told_and_the_others_are_there(
    make: Make, module: str, problem: str
) -> None:
    backend = await make(Plan(preload=(module, "colorsys")))
    assert facts(backend).problems == (problem,)
    (info,) = await backend.sessions()
    assert info.remark == f"{problem}."
    assert await value(backend, "import sys\n'colorsys' in sys.modules") == "True"


async def test_what_a_preload_keeps_in_its_home_is_kept_with_the_sessions(make: Make, tmp_path: Path) -> None:
    await make(Plan(preload=("writing",)))
    assert (tmp_path / "sessions" / ".preload" / "kept").exists()


async def test_two_interpreters_have_a_nursery_each(tmp_path: Path, make: Make) -> None:
    first = await make(Plan())
    second = LocalBackend(tmp_path / "others", Choice(sys.executable, "test"))
    try:
        await asyncio.gather(*(second.start(name) for name in "ab"))
        nurseries = "int(open('/proc/%d/stat' % os.getppid()).read().rpartition(')')[2].split()[1])"
        pids = [
            await value(backend, f"import os\n{nurseries}", session)
            for backend, session in ((first, "one"), (second, "a"), (second, "b"))
        ]
        assert pids[1] == pids[2] != pids[0]
    finally:
        await second.close()
