"""The system call filter, read as the kernel reads it: its answer to each call, on both architectures."""

from __future__ import annotations

import errno
import struct

import pytest

from backend.executor.worker.confine import seccomp
from backend.executor.worker.confine.seccomp import ALLOW, AUDIT, CALLS, ERROR

MACHINES = list(AUDIT)
I386 = 0x40000003  # linux/audit.h
ALLOWED = 0
NEW_USER, NEW_NET, FORK = 0x10000000, 0x40000000, 17
TIOCSTI, TIOCGWINSZ = 0x5412, 0x5413
STREAM, DATAGRAM, SEQPACKET, CLOEXEC = 1, 2, 5, 0o2000000
UNIX, INET, NETLINK = 1, 2, 16


def answer(machine: str, number: int, *arguments: int, audit: int = 0) -> int:
    """The errno that a call gets, 0 where it is allowed. Runs the program as linux/filter.h describes it."""
    padded = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("<IIQ6Q", number, audit or AUDIT[machine], 0, *padded)
    steps = seccomp.program(machine)
    at = accumulator = 0
    while True:
        code, true, false, operand = steps[at]
        at += 1
        if code == seccomp.LOAD:
            (accumulator,) = struct.unpack_from("<I", data, operand)
        elif code == seccomp.MASK:
            accumulator &= operand
        elif code == seccomp.RETURN:
            assert operand == ALLOW or operand & 0xFFFF0000 == ERROR, hex(operand)
            return ALLOWED if operand == ALLOW else operand & 0xFFFF
        else:
            tests = {
                seccomp.EQUAL: accumulator == operand,
                seccomp.AT_LEAST: accumulator >= operand,
                seccomp.ANY_BIT: bool(accumulator & operand),
            }
            at += true if tests[code] else false


@pytest.fixture(params=MACHINES)
def machine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def number_of(name: str, machine: str) -> int:
    """The number of a call that the filter knows."""
    numbers = {
        **CALLS,
        "clone": seccomp.CLONE,
        "clone3": seccomp.CLONE3,
        "ioctl": seccomp.IOCTL,
        "socketpair": seccomp.SOCKETPAIR,
        "read": (0, 63),
        "openat": (257, 56),
        "execve": (59, 221),
    }
    return numbers[name][MACHINES.index(machine)]


def test_calls_are_answered(machine: str) -> None:
    for name in CALLS:
        assert answer(machine, number_of(name, machine)) in (errno.EPERM, errno.EACCES), name
    assert answer(machine, number_of("clone3", machine)) == errno.ENOSYS
    for name in ("read", "openat", "execve"):
        assert answer(machine, number_of(name, machine)) == ALLOWED, name


def test_namespaces_by_clone_are_denied(machine: str) -> None:
    clone = number_of("clone", machine)
    assert answer(machine, clone, FORK) == ALLOWED
    assert [answer(machine, clone, FORK | flag) for flag in (NEW_USER, NEW_NET)] == [errno.EPERM] * 2


def test_only_pairs_of_connected_sockets_are_allowed(machine: str) -> None:
    pair = number_of("socketpair", machine)
    assert [answer(machine, pair, UNIX, kind | CLOEXEC) for kind in (STREAM, SEQPACKET)] == [ALLOWED] * 2
    assert answer(machine, pair, UNIX, DATAGRAM) == errno.EACCES
    assert [answer(machine, pair, family, STREAM) for family in (INET, NETLINK)] == [errno.EACCES] * 2


def test_typing_into_a_terminal_is_denied(machine: str) -> None:
    ioctl = number_of("ioctl", machine)
    assert [answer(machine, ioctl, 0, request) for request in seccomp.TERMINAL] == [errno.EPERM] * 2
    assert answer(machine, ioctl, 0, TIOCSTI | 1 << 32) == errno.EPERM  # the kernel looks at 32 bits
    assert answer(machine, ioctl, 0, TIOCGWINSZ) == ALLOWED


def test_other_ways_into_the_kernel_are_closed(machine: str) -> None:
    """With their own numbers the same calls would pass: those of 32 bits, and of x32."""
    assert answer(machine, number_of("read", machine), audit=I386) == errno.ENOSYS
    if machine == "x86_64":
        assert answer(machine, number_of("read", machine) | seccomp.X32) == errno.ENOSYS
