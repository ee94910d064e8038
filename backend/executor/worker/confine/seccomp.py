"""A seccomp filter (seccomp(2)): calls that lead out of the files a worker may touch answer with an error.

The program is BPF written by hand. It never kills: code that tries gets EPERM, EACCES or ENOSYS, as on a
system that lacks the thing. Other architectures than the two it knows are refused by the caller.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
from typing import Dict, Iterable, List, NamedTuple, Tuple

from . import kernel

MODE_FILTER = 2
# linux/bpf_common.h, linux/filter.h
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN, MASK = 0x20, 0x15, 0x35, 0x45, 0x06, 0x54
ALLOW, ERROR = 0x7FFF0000, 0x00050000
NUMBER, ARCHITECTURE, FIRST_ARGUMENT, SECOND_ARGUMENT = 0, 4, 16, 24  # offsets in struct seccomp_data
X32 = 0x40000000
NAMESPACES = 0x7E020000  # the CLONE_NEW… flags of clone(2)
TERMINAL = (0x5412, 0x541C)  # ioctl: TIOCSTI, TIOCLINUX

# name: numbers on x86-64 and aarch64 (asm/unistd_64.h, asm-generic/unistd.h)
CALLS: Dict[str, Tuple[int, int]] = {
    "socket": (41, 198),
    "ptrace": (101, 117),
    "syslog": (103, 116),
    "pivot_root": (155, 41),
    "acct": (163, 89),
    "settimeofday": (164, 170),
    "mount": (165, 40),
    "umount2": (166, 39),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "init_module": (175, 105),
    "delete_module": (176, 106),
    "quotactl": (179, 60),
    "clock_settime": (227, 112),
    "kexec_load": (246, 104),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "unshare": (272, 97),
    "perf_event_open": (298, 241),
    "open_by_handle_at": (304, 265),
    "clock_adjtime": (305, 266),
    "setns": (308, 268),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "finit_module": (313, 273),
    "kexec_file_load": (320, 294),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    "mount_setattr": (442, 442),
    "quotactl_fd": (443, 443),
    "open_tree_attr": (467, 467),
}
# what reaches files by their path and is no concern of Landlock's; fanotify(7), inotify(7), xattr(7)
BY_PATH: Dict[str, Tuple[int, int]] = {
    "inotify_init": (253, 26),  # aarch64 has the next one only
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "getxattr": (191, 8),
    "lgetxattr": (192, 9),
    "listxattr": (194, 11),
    "llistxattr": (195, 12),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "setxattrat": (463, 463),
    "getxattrat": (464, 464),
    "listxattrat": (465, 465),
    "removexattrat": (466, 466),
}
# shared memory, semaphores and queues of all programs of the user; sysvipc(7)
SHARED: Dict[str, Tuple[int, int]] = {
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "semtimedop": (220, 192),
}
ANSWERS = {"socket": errno.EACCES}  # PermissionError either way
ANSWERS.update({name: errno.ENOTSUP if "xattr" in name else errno.ENOSYS for name in BY_PATH})
CLONE, CLONE3, IOCTL, SOCKETPAIR, LIMITS = (56, 220), (435, 435), (16, 29), (53, 199), (302, 261)
UNIX, STREAM, SEQPACKET, KIND = 1, 1, 5, 0xF  # AF_UNIX; kinds of sockets, and the bits that say it
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


class Step(NamedTuple):
    """One instruction: code, jumps when true and when false, operand."""

    code: int
    true: int
    false: int
    operand: int


class _Filter(ctypes.Structure):
    _fields_ = [
        ("code", ctypes.c_ushort),
        ("true", ctypes.c_ubyte),
        ("false", ctypes.c_ubyte),
        ("operand", ctypes.c_uint),
    ]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Filter))]


def supported() -> bool:
    """Whether the filter knows this machine's architecture."""
    return platform.machine() in AUDIT


def program(machine: str, more: Iterable[Dict[str, Tuple[int, int]]] = ()) -> List[Step]:
    """The filter for an architecture, which denies what is in `more` too. Raises ValueError for others."""
    which = list(AUDIT).index(machine)
    steps = [
        Step(LOAD, 0, 0, ARCHITECTURE),
        Step(EQUAL, 1, 0, AUDIT[machine]),
        _answer(errno.ENOSYS),  # another entry into the kernel, with other numbers
        Step(LOAD, 0, 0, NUMBER),
    ]
    if machine == "x86_64":
        steps += [Step(AT_LEAST, 0, 1, X32), _answer(errno.ENOSYS)]
    calls = {name: numbers for group in (CALLS, *more) for name, numbers in group.items()}
    for name, numbers in calls.items():
        steps += [Step(EQUAL, 0, 1, numbers[which]), _answer(ANSWERS.get(name, errno.EPERM))]
    # the C library goes on with clone(2), whose flags can be seen here
    steps += [Step(EQUAL, 0, 1, CLONE3[which]), _answer(errno.ENOSYS)]
    steps += [
        Step(EQUAL, 0, 4, CLONE[which]),
        Step(LOAD, 0, 0, FIRST_ARGUMENT),
        Step(ANY_BIT, 0, 1, NAMESPACES),
        _answer(errno.EPERM),
        Step(RETURN, 0, 0, ALLOW),
    ]
    # prlimit(2) on others: a limit on processor time ends them
    steps += [
        Step(EQUAL, 0, 5, LIMITS[which]),
        Step(LOAD, 0, 0, FIRST_ARGUMENT),
        Step(EQUAL, 2, 0, 0),
        Step(EQUAL, 1, 0, os.getpid()),
        _answer(errno.EPERM),
        Step(RETURN, 0, 0, ALLOW),
    ]
    # of two datagram sockets each could still send to any other, by its path
    steps += [
        Step(EQUAL, 0, 8, SOCKETPAIR[which]),
        Step(LOAD, 0, 0, FIRST_ARGUMENT),
        Step(EQUAL, 0, 4, UNIX),
        Step(LOAD, 0, 0, SECOND_ARGUMENT),
        Step(MASK, 0, 0, KIND),
        Step(EQUAL, 2, 0, STREAM),
        Step(EQUAL, 1, 0, SEQPACKET),
        _answer(errno.EACCES),
        Step(RETURN, 0, 0, ALLOW),
    ]
    steps += [Step(EQUAL, 0, 5, IOCTL[which]), Step(LOAD, 0, 0, SECOND_ARGUMENT)]
    steps += [Step(EQUAL, 2, 0, TERMINAL[0]), Step(EQUAL, 1, 0, TERMINAL[1]), Step(RETURN, 0, 0, ALLOW)]
    steps += [_answer(errno.EPERM), Step(RETURN, 0, 0, ALLOW)]
    return steps


def _answer(number: int) -> Step:
    return Step(RETURN, 0, 0, ERROR | number)


def install(*more: Dict[str, Tuple[int, int]]) -> None:
    """Put the filter in force for this thread and its children. Raises OSError."""
    if not supported():
        raise OSError("there is no system call filter for %s" % platform.machine())
    steps = program(platform.machine(), more)
    array = (_Filter * len(steps))(*[_Filter(*step) for step in steps])
    loaded = _Program(len(steps), array)
    kernel.no_new_privileges()
    kernel.check(
        kernel.libc.prctl(
            kernel.PR_SET_SECCOMP, ctypes.c_ulong(MODE_FILTER), ctypes.byref(loaded), ctypes.c_ulong(0)
        ),
        "seccomp",
    )
