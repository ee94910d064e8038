"""How a probe tries one thing: in a form that does no harm, and that tells a denial from other failures."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import signal
import socket
import tempfile
import threading
from typing import Any, Callable

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = platform.machine() == "x86_64"
# errors that come after the permission was granted
REACHED = frozenset(
    (
        errno.EFAULT,
        errno.EINVAL,
        errno.ENOEXEC,
        errno.ENOKEY,
        errno.E2BIG,
        errno.EBADF,
        errno.EIO,
        errno.ENODATA,
    )
)


def reach(action: Callable[[], Any]) -> None:
    """Try; an error that comes after the permission was granted counts as allowed."""
    try:
        action()
    except OSError as error:
        if error.errno not in REACHED:
            raise


def checked(result: int) -> int:
    """The result of a function of the C library. Raises OSError."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def call(x86: int, arm: int, *arguments: Any) -> None:
    """A system call."""
    values = [argument if argument is None else ctypes.c_long(argument) for argument in arguments]
    reach(lambda: checked(LIBC.syscall(ctypes.c_long(x86 if X86 else arm), *values)))


def in_child(action: Callable[[], None]) -> None:
    """Try in a forked child what would change this process."""
    pid = os.fork()
    if pid == 0:
        code = 250
        try:
            action()
            code = 0
        except OSError as error:
            code = error.errno or 250
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code:
        raise OSError(code, os.strerror(code))


def connect(kind: int, family: int, address: Any) -> None:
    """Open a socket and connect it."""
    with socket.socket(family, kind) as sock:
        sock.settimeout(1)
        sock.connect(address)


def bind(family: int, kind: int, address: Any) -> None:
    """Open a socket and bind it."""
    with socket.socket(family, kind) as sock:
        sock.bind(address)


def push_back(fd: int) -> None:
    """TIOCSTI: type into a terminal (ioctl_tty(2))."""
    import fcntl
    import termios

    with contextlib.suppress(ValueError):
        fcntl.ioctl(fd, termios.TIOCSTI, b"x")


def type_into_terminal() -> None:
    """Have a terminal of our own, and type into it."""
    leader, follower = os.openpty()
    try:
        reach(lambda: push_back(follower))
    finally:
        os.close(leader)
        os.close(follower)


def write(path: str, mode: str = "w") -> None:
    """Write a file, and take it away again when it is new."""
    with open(path, mode) as file:
        file.write("x")


def undone(do: Callable[[], Any], undo: Callable[[], Any]) -> Callable[[], None]:
    """An action that is taken back if that is possible."""

    def done_and_undone() -> None:
        do()
        with contextlib.suppress(OSError):
            undo()

    return done_and_undone


def both(first: Callable[[], Any], second: Callable[[], Any]) -> Callable[[], None]:
    """Two actions, of which each must be allowed."""

    def one_after_the_other() -> None:
        first()
        second()

    return one_after_the_other


def new(path: str) -> None:
    """Make a file, and take it away again if that is possible."""
    undone(lambda: write(path), lambda: os.unlink(path))()


def listening(path: str) -> None:
    """Connect to a unix socket by its path."""
    connect(socket.SOCK_STREAM, socket.AF_UNIX, path)


def sees(pid: int) -> None:
    """See a process that is none of ours."""
    os.stat("/proc/%d" % pid)
    with open("/proc/%d/cmdline" % pid, "rb") as file:
        if not file.read():
            raise FileNotFoundError(errno.ENOENT, "it shows nothing")


def own_network() -> None:
    """See a network device that is not loopback."""
    names = [name for _, name in socket.if_nameindex()]
    if names == ["lo"]:
        raise OSError(errno.ENETUNREACH, "only loopback")


def watch(path: str) -> None:
    """Be told of what happens in a folder (inotify(7)): names come up that cannot be listed."""
    fd = checked(LIBC.inotify_init1(0))
    try:
        checked(LIBC.inotify_add_watch(fd, os.fsencode(path), 0x100))
    finally:
        os.close(fd)


def watch_by_fanotify(path: str) -> None:
    """The same by fanotify(7), as far as it is there for ordinary users."""
    fd = checked(LIBC.fanotify_init(0xC00, 0))
    try:
        checked(LIBC.fanotify_mark(fd, 1, ctypes.c_uint64(0x08000100), -100, os.fsencode(path)))
    finally:
        os.close(fd)


def make_segment() -> int:
    """Shared memory of System V (shmget(2)) of one page. Raises OSError."""
    return checked(LIBC.shmget(0, ctypes.c_size_t(4096), 0o1600))


def remove_segment(segment: int) -> None:
    """Remove it (shmctl(2))."""
    LIBC.shmctl(segment, 0, None)


def attach(segment: int) -> None:
    """Have it among our own memory (shmat(2)) for a moment."""
    LIBC.shmat.restype = ctypes.c_void_p
    address = LIBC.shmat(segment, None, 0)
    if address == ctypes.c_void_p(-1).value:
        checked(-1)
    LIBC.shmdt(ctypes.c_void_p(address))


def change_limits(pid: int) -> None:
    """Set a limit of another process (prlimit(2)) to what it is."""
    import resource

    resource.prlimit(pid, resource.RLIMIT_CORE, resource.prlimit(pid, resource.RLIMIT_CORE))


def started(pid: int) -> str:
    """When a process started (proc(5)): its number alone may be another's. Raises OSError."""
    with open("/proc/%d/stat" % pid, "rb") as file:
        return file.read().rpartition(b")")[2].split()[19].decode("ascii")


def with_process(pid: int, start: str, action: Callable[[], Any]) -> Callable[[], None]:
    """An action on that process, which in another pid namespace is not the one of that number."""

    def checked_first() -> None:
        try:
            found = started(pid)
        except OSError:  # hidden, and perhaps there all the same
            found = start
        if found != start:
            raise ProcessLookupError(errno.ESRCH, "that number is another's here")
        action()

    return checked_first


def made(path: str) -> str:
    """A new file."""
    write(path)
    return path


def clone(flags: int) -> None:
    """clone(2) with a namespace; the child ends at once."""
    number = LIBC.syscall(
        ctypes.c_long(56 if X86 else 220), ctypes.c_long(flags | signal.SIGCHLD), 0, 0, 0, 0
    )
    if number == 0:
        os._exit(0)
    if number < 0:
        raise OSError(ctypes.get_errno(), "clone")
    os.waitpid(number, 0)


def threads() -> None:
    """Start a thread."""
    thread = threading.Thread(target=len, args=("x",))
    thread.start()
    thread.join()


def temporary() -> None:
    """Make a temporary file."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x")
