"""An interrupt reaches the execution it names, once, and nothing else."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from backend.executor.worker.gate import Gate, spell


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A gate's descriptor and the keeper's; the signal settings of this process are put back."""
    handler = signal.getsignal(signal.SIGINT)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    read, write = os.pipe()
    yield read, write
    os.close(read)
    os.close(write)
    signal.signal(signal.SIGINT, handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _mean(write: int, name: str) -> None:
    os.write(write, spell(name).encode("ascii") + b"\n")


def _interrupted() -> bool:
    """Whether a SIGINT gets through."""
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        return True
    return False


def test_only_the_named_execution_is_interrupted_and_once(pipe: tuple[int, int]) -> None:
    gate = Gate(pipe[0])
    gate.arm("second")
    _mean(pipe[1], "first")
    assert not _interrupted()
    assert not _interrupted()  # a signal that names nothing
    _mean(pipe[1], "second")
    assert _interrupted()
    assert gate.fired
    _mean(pipe[1], "second")
    assert not _interrupted()


def test_nothing_is_interrupted_between_executions(pipe: tuple[int, int]) -> None:
    gate = Gate(pipe[0])
    gate.arm("first")
    gate.disarm()
    _mean(pipe[1], "first")
    assert not _interrupted()
    gate.arm("next")
    assert not _interrupted()


@pytest.mark.parametrize("name", ["new\nline", "\ud800", "é", "x" * 5000])
def test_any_name_can_be_meant(pipe: tuple[int, int], name: str) -> None:
    gate = Gate(pipe[0])
    gate.arm(name)
    _mean(pipe[1], name)
    assert _interrupted()


def test_an_interrupt_while_the_gate_is_shut_comes_when_it_opens(pipe: tuple[int, int]) -> None:
    gate = Gate(pipe[0])
    gate.arm("x")
    gate.shut()
    _mean(pipe[1], "x")
    assert not _interrupted()
    with pytest.raises(KeyboardInterrupt):
        gate.reopen()
    assert gate.fired
    gate.shut()
    gate.reopen()


def test_handlers_of_code_rest_between_executions_and_their_signals_wait(pipe: tuple[int, int]) -> None:
    rung: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, frame: rung.append(number))
    try:
        gate = Gate(pipe[0])
        gate.hush()
        gate.hush()
        signal.raise_signal(signal.SIGUSR1)
        assert rung == []
        gate.arm("x")
        assert rung == [signal.SIGUSR1]
        signal.raise_signal(signal.SIGUSR1)
        assert rung == [signal.SIGUSR1] * 2
    finally:
        signal.signal(signal.SIGUSR1, before)
