"""From a target to its backend, and which interpreter runs a local one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from backend.connect import connect
from backend.errors import CannotStart, UsageError
from backend.executor.interpreter import choose
from backend.models import Target


def _environment(folder: Path) -> Path:
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\n")
    python.chmod(0o755)
    return python


async def test_a_local_target_runs_code(tmp_path: Path) -> None:
    backend = connect(Target(python=sys.executable), tmp_path)
    try:
        info = await backend.start("one")
        assert (info.identifier, info.isolation, info.shell) == ("one", "process", "ipython")
        assert info.interpreter == sys.executable
    finally:
        await backend.close()


async def test_a_remote_target_is_made_without_a_word_to_it(tmp_path: Path) -> None:
    backend = connect(Target(kind="remote", url="https://example.invalid/"), tmp_path)
    assert not backend.capabilities.interrupts
    await backend.close()


@pytest.mark.parametrize(
    ("target", "error"),
    [
        (Target(kind="remote"), UsageError),
        (Target(kind="remote", url="https://management.azure.com/subscriptions/x"), UsageError),
        (Target(kind="remote", url="http://example.invalid", auth="env:TOKEN"), UsageError),
        (Target(kind="remote", url="https://example.invalid", auth="nonsense"), UsageError),
        (Target(url="https://example.invalid"), UsageError),
        (Target(python="/no/such/python"), CannotStart),
    ],
)
def test_what_cannot_be_connected_says_so_with_a_hint(
    tmp_path: Path, target: Target, error: type[UsageError]
) -> None:
    with pytest.raises(error) as raised:
        connect(target, tmp_path)
    assert raised.value.hint


def test_the_named_interpreter_comes_first(tmp_path: Path) -> None:
    named = _environment(tmp_path / "named")
    active = _environment(tmp_path / "active")
    choice = choose(str(named), {"VIRTUAL_ENV": str(active.parents[1])}, tmp_path)
    assert (choice.path, choice.origin) == (str(named), "named")
    assert choose(str(named.parents[1]), {}, tmp_path).path == str(named)


def test_then_the_active_environment_then_one_nearby_then_our_own(tmp_path: Path) -> None:
    active = _environment(tmp_path / "active")
    nearby = _environment(tmp_path / "project" / ".venv")
    inside = tmp_path / "project" / "src"
    assert choose(None, {"VIRTUAL_ENV": str(active.parents[1])}, inside).path == str(active)
    assert choose(None, {"VIRTUAL_ENV": str(tmp_path / "gone")}, inside).path == str(nearby)
    choice = choose(None, {}, tmp_path / "elsewhere")
    assert (choice.path, choice.origin) == (sys.executable, "the workbench's own")
