"""A level that cannot be had is refused with reason and remedy, and nothing weaker takes its place."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

from backend.connect import connect
from backend.errors import CannotStart, TargetError, Unsupported
from backend.executor.interpreter import Choice
from backend.executor.isolation import bubblewrap
from backend.executor.isolation.levels import Level
from backend.executor.isolation.probe import prove
from backend.executor.isolation.verdicts import NAME, Verdicts
from backend.executor.local import LocalBackend
from backend.models import Target
from tests.ordinary.needs import User, needs_bubblewrap, needs_namespaces
from tests.unit.executor.hatch import Refused, hatch

ROOT = Path(bubblewrap.__file__).parents[3]
OURS = Choice(sys.executable, "test")
# a system call filter that knows no Landlock, as a kernel without it; then the real interpreter
WITHOUT_LANDLOCK = """#!{python}
import ctypes, errno, os, sys
sys.path.insert(0, {root!r})
from backend.executor.worker.confine import kernel, seccomp
steps = [
    seccomp.Step(seccomp.LOAD, 0, 0, seccomp.NUMBER),
    seccomp.Step(seccomp.EQUAL, 0, 1, 444),
    seccomp.Step(seccomp.RETURN, 0, 0, seccomp.ERROR | errno.ENOSYS),
    seccomp.Step(seccomp.RETURN, 0, 0, seccomp.ALLOW),
]
array = (seccomp._Filter * len(steps))(*[seccomp._Filter(*step) for step in steps])
program = seccomp._Program(len(steps), array)
kernel.no_new_privileges()
kernel.check(kernel.libc.prctl(22, ctypes.c_ulong(2), ctypes.byref(program), ctypes.c_ulong(0)), "seccomp")
os.execv({python!r}, [{python!r}, *sys.argv[1:]])
"""
RESTRICT_SELF = {"landlock_restrict_self": (446, 446)}
NO_NAMESPACES = "#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n"


@pytest.fixture
def old_kernel(tmp_path: Path) -> Choice:
    """An interpreter that runs as on a kernel without Landlock."""
    script = tmp_path / "python-without-landlock"
    script.write_text(WITHOUT_LANDLOCK.format(python=sys.executable, root=str(ROOT)))
    script.chmod(0o755)
    return Choice(str(script), "test")


@pytest.fixture
def bare_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing in it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.mark.parametrize("level", [Level.CONFINED, Level.SEALED])
async def test_without_landlock_neither_level_is_to_be_had(old_kernel: Choice, level: Level) -> None:
    if level is Level.SEALED:
        needs_bubblewrap()
    found = await prove(level, old_kernel)
    assert not found.available
    assert "Landlock" in found.reason


async def test_without_bubblewrap_there_is_no_sealed(bare_path: Path) -> None:
    found = await prove(Level.SEALED, OURS)
    assert not found.available
    assert "bubblewrap" in found.reason
    assert "install bubblewrap" in found.remedy


async def test_a_restricted_system_is_told_with_its_remedy(bare_path: Path) -> None:
    fake = bare_path / "bwrap"
    fake.write_text(NO_NAMESPACES)
    fake.chmod(0o755)
    found = await prove(Level.SEALED, OURS)
    assert not found.available
    assert "uid map" in found.reason
    assert "apparmor_restrict_unprivileged_userns" in found.remedy


def test_a_bwrap_of_the_current_folder_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text(NO_NAMESPACES)
    fake.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    assert bubblewrap.find({"PATH": f"{tmp_path}:.:bin"}) is None
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.chdir(other)
    assert bubblewrap.find({"PATH": str(tmp_path)}) == str(fake)
    monkeypatch.chdir("/")
    assert bubblewrap.find({"PATH": str(tmp_path)}) is None
    assert bubblewrap.find({"PATH": "/usr/bin"}) in (None, "/usr/bin/bwrap")


async def test_asked_for_and_missing_is_an_error_and_never_a_weaker_session(
    bare_path: Path, tmp_path: Path
) -> None:
    backend = connect(Target(isolation="sealed"), tmp_path / "data")
    try:
        for _ in range(2):
            with pytest.raises(TargetError, match="sealed cannot be had here") as error:
                await backend.start("one")
            assert "never takes its place" in error.value.hint
    finally:
        await backend.close()


async def test_a_level_that_is_lost_later_is_refused_by_the_worker(
    old_kernel: Choice, tmp_path: Path
) -> None:
    """The verdict says yes (it was another kernel), and still no session starts with less."""
    from backend.executor.plan import Plan

    backend = LocalBackend(tmp_path, old_kernel, Plan(isolation="confined"))
    try:
        with pytest.raises(CannotStart, match="Landlock"):
            await backend.start("one")
    finally:
        await backend.close()


def test_a_level_that_fails_in_the_last_step_is_refused_by_the_worker() -> None:
    needs_namespaces()
    us = User(os.getuid(), os.getgid())
    with (
        hatch(us, level="confined", deny=RESTRICT_SELF) as nursery,
        pytest.raises(Refused, match="The level confined cannot be entered: "),
    ):
        nursery.fork()


async def test_auto_takes_the_strongest_that_holds(tmp_path: Path, bare_path: Path) -> None:
    needs_namespaces()
    verdicts = Verdicts(tmp_path, OURS)
    assert await verdicts.settle("auto") is Level.CONFINED


async def test_auto_takes_sealed_where_there_is_bubblewrap(tmp_path: Path) -> None:
    needs_bubblewrap()
    backend = connect(Target(isolation="auto"), tmp_path)
    try:
        assert (await backend.start("one")).isolation == "sealed"
    finally:
        await backend.close()
    again = connect(Target(isolation="auto"), tmp_path)
    try:
        assert (await again.start("two")).isolation == "sealed"
    finally:
        await again.close()


async def test_auto_without_anything_is_process_and_says_so(old_kernel: Choice, tmp_path: Path) -> None:
    assert await Verdicts(tmp_path, old_kernel).settle("auto") is Level.PROCESS


async def test_a_proof_is_remembered_and_only_a_proof(
    tmp_path: Path, bare_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_namespaces()
    verdicts = Verdicts(tmp_path, OURS)
    await asyncio.gather(*(verdicts.settle("confined") for _ in range(2)))
    with pytest.raises(Unsupported):
        await verdicts.settle("sealed")
    fresh = Verdicts(tmp_path, OURS)
    assert fresh.known("confined") is Level.CONFINED
    assert fresh.known("sealed") is None
    assert Verdicts(tmp_path, Choice(shutil.which("sh") or "/bin/sh", "test")).known("confined") is None
    (tmp_path / NAME).write_text("{broken")
    assert fresh.known("confined") is None
    (tmp_path / NAME).write_text(os.urandom(8).hex())
    assert fresh.known("confined") is None
