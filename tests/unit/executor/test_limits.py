"""What every session is given and kept from, at any level: environment, descriptors, limits."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.executor.plan import Plan
from tests.contract.driver import run, value

SECRET = "WORKBENCH_TESTS_TOKEN"
ENVIRONMENT = """
import os
own = dict(os.environ)
first = open('/proc/self/environ', errors='replace').read()
"""


async def test_the_environment_is_an_allow_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET, "geheim")
    monkeypatch.setenv("LC_TIME", "C.UTF-8")
    backend = LocalBackend(tmp_path / "sessions", Choice(sys.executable, "test"))
    try:
        await run(backend, ENVIRONMENT)
        assert await value(backend, "own['LC_TIME'], 'LC_TIME' in first") == "('C.UTF-8', True)"
        assert await value(backend, f"{SECRET!r} in own, {SECRET!r} in first") == "(False, False)"
    finally:
        await backend.close()


async def test_home_and_temporary_files_are_the_sessions_own(backend: LocalBackend) -> None:
    ran = await run(backend, "import os, tempfile\nprint(os.path.expanduser('~'), tempfile.gettempdir())")
    own = backend.data_directory("one").parent
    assert {Path(each).parent for each in ran.stdout.split()} == {own}


async def test_a_worker_is_first_in_line_when_memory_runs_out(backend: LocalBackend) -> None:
    assert await value(backend, "int(open('/proc/self/oom_score_adj').read())") == "1000"


async def test_a_worker_leads_a_session_of_its_own(backend: LocalBackend) -> None:
    """So a terminal of ours is none of its, and a signal to its group is none to us."""
    assert await value(backend, "import os\nos.getsid(0) == os.getpgrp() == os.getpid()") == "True"


@pytest.fixture
def cores() -> Iterator[None]:
    """This process would dump cores."""
    before = resource.getrlimit(resource.RLIMIT_CORE)
    if not before[1]:
        pytest.skip("cores are off for good here")
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_CORE, before)


@pytest.mark.usefixtures("cores")
async def test_no_core_is_dumped(tmp_path: Path) -> None:
    backend = LocalBackend(tmp_path / "sessions", Choice(sys.executable, "test"))
    try:
        assert await value(backend, "import resource\nresource.getrlimit(resource.RLIMIT_CORE)[0]") == "0"
    finally:
        await backend.close()


async def test_open_files_are_bounded(backend: LocalBackend) -> None:
    code = """
taken = []
try:
    for _ in range(5000): taken.append(open('/dev/null'))
finally:
    count = len(taken)
    for file in taken: file.close()
"""
    ran = await run(backend, code)
    assert (ran.error, "Too many open files" in ran.traceback) == ("OSError", True)
    assert await value(backend, "900 < count < 1024") == "True"


async def test_files_have_a_largest_size(backend: LocalBackend) -> None:
    ran = await run(backend, "with open('sparse', 'wb') as file: file.truncate(33 << 30)")
    assert (ran.error, "File too large" in ran.traceback) == ("OSError", True)
    ran = await run(backend, "with open('sparse', 'wb') as file: file.truncate(1 << 30)")
    assert ran.outcome.error is None


LEAKY = "import os\nkept = [os.dup(0) for _ in range(20)]\n"
OPEN = """
import os
def is_open(fd):
    try: os.fstat(fd)
    except OSError: return False
    return True
[fd for fd in range(3, 200) if is_open(fd)]
"""


async def test_a_worker_has_no_descriptor_of_the_nurserys(tmp_path: Path) -> None:
    """A preloaded module has opened some."""
    folder = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)  # noqa: ASYNC221
    (packages,) = folder.glob("lib/*/site-packages")
    (packages / "leaky.py").write_text(LEAKY)
    plan = Plan(preload=("leaky",))
    backend = LocalBackend(tmp_path / "sessions", Choice(str(folder / "bin" / "python"), "test"), plan)
    try:
        assert await value(backend, "import leaky\nlen(leaky.kept)") == "20"
        assert await value(backend, OPEN) == "[]"
    finally:
        await backend.close()
