"""An interrupt reaches the execution it names, once, and nothing else."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # typeshed leaves it out
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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


@contextmanager
def does_not_raise() -> Iterator[None]:
    """An interrupt fails the test: let through it would end the tests."""
    try:
        yield
    except KeyboardInterrupt:
        pytest.fail("interrupted")


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
    with does_not_raise():
        gate.shut(but_interrupts=True)  # what came in between is not kept either
    gate.arm("next")
    assert not _interrupted()


def test_what_became_of_the_handler_since_the_last_execution_is_undone(pipe: tuple[int, int]) -> None:
    gate = Gate(pipe[0])
    gate.arm("first")
    gate.disarm()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gate.arm("next")
    _mean(pipe[1], "next")
    assert _interrupted()


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


@pytest.fixture
def installed(pipe: tuple[int, int]) -> Iterator[Gate]:
    """A gate in force; the handlers of this process are put back, and no handler is tamed any more."""
    functions = _signal.signal, _signal.getsignal
    handler = signal.getsignal(signal.SIGUSR1)
    gate = Gate(pipe[0])
    gate.install()
    yield gate
    _signal.signal, _signal.getsignal = functions
    signal.signal(signal.SIGUSR1, handler)


def test_handlers_of_code_rest_between_executions_and_their_signals_come_once_later(installed: Gate) -> None:
    rung: list[int] = []

    def ring(number: int, frame: object) -> None:
        rung.append(number)

    signal.signal(signal.SIGUSR1, ring)
    assert signal.getsignal(signal.SIGUSR1) is ring
    for _ in range(3):
        signal.raise_signal(signal.SIGUSR1)
    assert rung == []
    installed.arm("x")
    assert rung == [signal.SIGUSR1]
    signal.raise_signal(signal.SIGUSR1)
    assert rung == [signal.SIGUSR1] * 2
    installed.disarm()
    signal.raise_signal(signal.SIGUSR1)
    assert len(rung) == 2
    assert signal.signal(signal.SIGUSR1, signal.SIG_IGN) is ring
    assert signal.getsignal(signal.SIGUSR1) is signal.SIG_IGN


def test_handlers_set_behind_our_back_are_tamed_with_the_others(
    pipe: tuple[int, int], installed: Gate
) -> None:
    rung: list[int] = []
    installed._signal(signal.SIGUSR1, lambda number, frame: rung.append(number))
    signal.raise_signal(signal.SIGUSR1)
    assert len(rung) == 1
    installed.tame()
    installed.tame()
    signal.raise_signal(signal.SIGUSR1)
    assert len(rung) == 1
    installed.arm("x")
    assert len(rung) == 2


def test_what_one_handler_raises_keeps_no_other_from_its_turn(installed: Gate) -> None:
    rung: list[int] = []

    def ring(number: int, frame: object) -> None:
        rung.append(number)
        raise ValueError("rung")

    before = signal.getsignal(signal.SIGUSR2)
    try:
        for number in (signal.SIGUSR1, signal.SIGUSR2):
            signal.signal(number, ring)
            signal.raise_signal(number)
        with pytest.raises(ValueError, match="rung"):
            installed.arm("x")
        assert sorted(rung) == sorted((signal.SIGUSR1, signal.SIGUSR2))
    finally:
        signal.signal(signal.SIGUSR2, before)


@pytest.mark.parametrize("handler", [signal.SIG_DFL, signal.default_int_handler], ids=["default", "raising"])
def test_what_code_did_to_sigint_is_over_with_it(installed: Gate, handler: Any) -> None:
    installed.arm("x")
    signal.signal(signal.SIGINT, handler)
    installed.disarm()
    signal.raise_signal(signal.SIGINT)  # the default action would end this process
    installed.arm("y")
    assert signal.getsignal(signal.SIGINT) == installed.handle


def test_an_interrupt_that_was_swallowed_comes_again_in_its_execution_only(pipe: tuple[int, int]) -> None:
    gate = Gate(pipe[0])
    gate.arm("x")
    _mean(pipe[1], "x")
    with pytest.raises(KeyboardInterrupt) as raised:
        signal.raise_signal(signal.SIGINT)
    assert not gate.swallowed(KeyboardInterrupt())
    assert not _interrupted()
    assert gate.swallowed(raised.value)
    with pytest.raises(KeyboardInterrupt) as again:
        gate.interrupt()
    assert not gate.swallowed(raised.value)
    gate.disarm()
    assert not gate.swallowed(again.value)
    gate.interrupt()


def test_children_that_code_forks_are_interrupted_like_any_program(pipe: tuple[int, int]) -> None:
    gate = Gate(pipe[0])
    gate.arm("x")
    pid = os.fork()
    if pid == 0:
        os._exit(7 if _interrupted() else 0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
    assert not _interrupted()
