"""What the nursery does for the memory of its children changes nothing that their code can see."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.executor.plan import Plan
from backend.executor.worker import packing
from tests.contract.driver import run, value

# all that a first cell finds; as text it must not hold what is another in each process
FACTS = """
import builtins, gc, json, logging, os, signal, sys, threading, warnings
names = sorted(name for name in globals() if name != 'names')
json.dumps({
    'names': names, 'builtins': sorted(vars(builtins)), 'modules': len(sys.modules),
    'files': sorted(os.listdir('/proc/self/fd')),
    'handlers': [str(signal.getsignal(number)).split(' at ')[0] for number in signal.valid_signals()],
    'blocked': sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
    'streams': [type(each).__name__ for each in (sys.stdin, sys.stdout, sys.stderr)],
    'same': [sys.stdout is sys.__stdout__, sys.stderr is sys.__stderr__, sys.stdin is sys.__stdin__],
    'hooks': [sys.getprofile(), sys.gettrace(), len(sys.meta_path), len(warnings.filters)],
    'threads': [thread.name for thread in threading.enumerate()],
    'main': threading.main_thread().ident == threading.get_ident(),
    'logging': logging._lock.acquire(False) if hasattr(logging, '_lock') else None,
    'collects': gc.isenabled(), 'thresholds': gc.get_threshold(),
})
"""
HISTORY = "print(len(In), Out, repr(_i), get_ipython().execution_count)"
HANDLERS = """
import os
calls = []
os.register_at_fork(before=lambda: calls.append('before'), after_in_child=lambda: calls.append('child'),
                    after_in_parent=lambda: calls.append('parent'))
"""


async def test_sessions_before_and_after_the_rehearsal_find_the_same(own: LocalBackend) -> None:
    """Two sessions come before it at most; see Nursery.prepare."""
    found = [json.loads((await value(own, FACTS, f"s{number}") or "").strip("'")) for number in range(4)]
    assert found[1:] == found[:1] * 3
    assert all(facts["main"] and facts["collects"] for facts in found)


async def test_a_session_begins_without_history(own: LocalBackend) -> None:
    kept = [(await run(own, HISTORY, f"s{number}")).stdout for number in range(4)]
    assert kept == ["2 {} '' 2\n"] * 4


async def test_each_session_draws_its_own_random_numbers(own: LocalBackend) -> None:
    drawn = [await value(own, "import random\nrandom.random()", f"s{number}") for number in range(5)]
    assert len(set(drawn)) == 5


async def test_handlers_of_forks_run_once_in_the_worker(tmp_path: Path) -> None:
    """As after os.fork(), though neither nursery nor keeper called it."""
    venv.create(tmp_path / "venv")
    (packages,) = (tmp_path / "venv").glob("lib/python*/site-packages")
    (packages / "handlers_of_forks.py").write_text(HANDLERS)
    python = str(tmp_path / "venv" / "bin" / "python")
    plan = Plan(mnt_data=False, preload=("handlers_of_forks",))
    backend = LocalBackend(tmp_path / "sessions", Choice(python, "test"), plan)
    try:
        for number in range(4):
            seen = await value(backend, "import handlers_of_forks\nhandlers_of_forks.calls", f"s{number}")
            assert seen == "['before', 'child']"
    finally:
        await backend.close()


async def test_what_goes_wrong_in_a_rehearsed_session_says_where(own: LocalBackend) -> None:
    """Code that was copied still knows its file and its lines."""
    for number in range(4):
        await run(own, "1", f"s{number}")
    code = "import json, traceback\ntry: json.loads('[')\nexcept ValueError: print(traceback.format_exc())"
    printed = (await run(own, code, "s3")).stdout
    assert "json/decoder.py" in printed
    assert "self.raw_decode(s, idx=_w(s, 0).end())" in printed


@pytest.fixture
def thawed() -> Iterator[None]:
    """What laying together has frozen is given back to the collector."""
    yield
    gc.unfreeze()


def _adder(step: int) -> FunctionType:
    def add(number: int, *more: int, factor: int = 2) -> list[int]:
        return [step + factor * each for each in (number, *more) if (lambda: each)() is not None]

    assert isinstance(add, FunctionType)
    return add


@pytest.mark.usefixtures("thawed")
def test_functions_laid_together_are_what_they_were() -> None:
    first, second = _adder(1), _adder(10)
    before = first.__code__
    codes = packing.seen(lambda: first(1))
    assert before in codes.values()
    packing.lay_together(codes)
    assert (first(1, 2), second(3, factor=1)) == ([3, 5], [13])
    assert first.__code__ is second.__code__ is not before
    assert (first.__code__.co_filename, first.__code__.co_firstlineno) == (__file__, before.co_firstlineno)
    inner = [each for each in first.__code__.co_consts if hasattr(each, "co_code")]
    assert inner
    assert not any(each is old for each in inner for old in before.co_consts)


@pytest.mark.usefixtures("thawed")
def test_equal_code_of_two_files_stays_apart() -> None:
    made = []
    for name in ("one", "two"):
        names: dict[str, Any] = {}
        exec(compile("def f(): return 1", name, "exec"), names)
        made.append(names["f"])
    codes = packing.seen(lambda: [function() for function in made])
    packing.lay_together(codes)
    assert [function.__code__.co_filename for function in made] == ["one", "two"]


def test_descriptors_of_this_process_are_as_before_a_keepers_rehearsal() -> None:
    code = (
        "import os, signal\nfrom backend.executor.worker import keeper\n"
        "def state(): return sorted(os.listdir('/proc/self/fd')), signal.getsignal(signal.SIGCHLD)\n"
        "before = state()\nfor _ in range(3): keeper.rehearse()\nassert state() == before, (before, state())"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])
