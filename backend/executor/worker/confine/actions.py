"""What a probe tries inside a session: each action is allowed, or denied by something.

The whole file is sent into the session as code, so it imports the standard library only. `report` prints one
JSON object: action → "allowed" or the name of what denied it. Actions that would do harm are tried in a form
whose arguments are wrong: the permission is checked before them.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from functools import partial
from typing import Any, Callable, Dict

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = platform.machine() == "x86_64"
ALLOWED = "allowed"
REACHED = (errno.EFAULT, errno.EINVAL, errno.ENOEXEC, errno.ENOKEY, errno.E2BIG, errno.EBADF, errno.EIO)


def call(x86: int, arm: int, *arguments: Any) -> None:
    """A system call; an error that comes after the permission was granted counts as allowed."""
    values = [argument if argument is None else ctypes.c_long(argument) for argument in arguments]
    if LIBC.syscall(ctypes.c_long(x86 if X86 else arm), *values) < 0:
        number = ctypes.get_errno()
        if number not in REACHED:
            raise OSError(number, os.strerror(number))


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
        push_back(follower)
    except OSError as error:
        if error.errno not in REACHED:
            raise
    finally:
        os.close(leader)
        os.close(follower)


def write(path: str, mode: str = "w") -> None:
    """Write a file, and take it away again when it is new."""
    with open(path, mode) as file:
        file.write("x")


def undone(do: Callable[[], Any], undo: Callable[[], Any]) -> Callable[[], None]:
    """An action that is taken back, or followed by another that must be allowed too."""

    def both() -> None:
        do()
        undo()

    return both


def new(path: str) -> None:
    """Make a file that is taken away again."""
    write(path)
    os.unlink(path)


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


def forbidden(facts: Dict[str, Any]) -> Dict[str, Callable[[], Any]]:
    """Actions that a level may deny. `facts` are the prober's: files outside, its pid, its sockets."""
    outside, file, app = facts["outside"], facts["file"], facts["app"]
    here = os.getcwd()
    return {
        "write a file outside": lambda: write(file),
        "append to a file outside": lambda: write(file, "a"),
        "truncate a file outside": lambda: os.truncate(file, 0),
        "make a file outside": lambda: new(outside + "/made"),
        "make a folder outside": undone(
            partial(os.mkdir, outside + "/folder"), partial(os.rmdir, outside + "/folder")
        ),
        "rename a file outside": undone(
            partial(os.rename, file, outside + "/renamed"), partial(os.rename, outside + "/renamed", file)
        ),
        "link to a file outside": undone(
            partial(os.symlink, "x", outside + "/link"), partial(os.unlink, outside + "/link")
        ),
        "link a file outside to here": undone(
            partial(os.link, file, here + "/hard"), partial(os.unlink, here + "/hard")
        ),
        "move a file outside": lambda: os.rename(_made(here + "/moved"), outside + "/moved"),
        "delete a file outside": lambda: os.unlink(facts["doomed"]),
        "make a pipe outside": undone(
            partial(os.mkfifo, outside + "/pipe"), partial(os.unlink, outside + "/pipe")
        ),
        "read a file outside": lambda: open(file).read(),
        "list a folder outside": lambda: os.listdir(outside),
        "list your home": lambda: os.listdir(facts["home"]),
        "write in your home": lambda: new(facts["home"] + "/.workbench-probe"),
        "write in /var/tmp": lambda: new("/var/tmp/workbench-probe"),  # noqa: S108 - meant
        "read another session": lambda: os.listdir(facts["sibling"]),
        "write in the interpreter": lambda: new(os.path.dirname(os.__file__) + "/workbench_probe"),
        "change rights of a file outside": lambda: os.chmod(file, 0o600),
        "see a file outside": lambda: os.stat(file),
        "see the app's process": lambda: sees(app),
        "read the app's environment": lambda: open("/proc/%d/environ" % app, "rb").read(),
        "read the app's memory": lambda: open("/proc/%d/mem" % app, "rb").close(),
        "list the app's open files": lambda: os.readlink("/proc/%d/fd/0" % app),
        "signal the app": lambda: os.kill(app, 0),
        "signal the keeper": lambda: os.kill(os.getppid() or app, 0),
        "trace the app": lambda: in_child(lambda: call(101, 117, 0x4206, app, 0, 0)),
        "read the app's memory by a call": undone(
            partial(call, 310, 270, app, 0, 0, 0, 0, 0), lambda: open("/proc/%d/mem" % app, "rb").close()
        ),
        "steal a descriptor of the app": lambda: call(438, 438, os.pidfd_open(app), 0, 0),
        "connect by TCP": lambda: connect(socket.SOCK_STREAM, socket.AF_INET, tuple(facts["tcp"])),
        "listen by TCP": lambda: bind(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
        "connect by TCP over IPv6": lambda: bind(socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0)),
        "send by UDP": lambda: connect(socket.SOCK_DGRAM, socket.AF_INET, tuple(facts["tcp"])),
        "open a raw socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1).close(),
        "open a packet socket": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close(),
        "open a netlink socket": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).close(),
        "connect to a unix socket": lambda: listening(facts["unix"]),
        "connect to an abstract socket": lambda: listening("\0" + facts["abstract"]),
        "see the network": own_network,
        "mount": lambda: in_child(lambda: call(165, 40, None, None, None, 0, None)),
        "a user namespace": lambda: in_child(lambda: call(272, 97, 0x10000000)),
        "a network namespace": lambda: in_child(lambda: call(272, 97, 0x40000000)),
        "a namespace by clone": lambda: in_child(lambda: _clone(0x10000000)),
        "join a namespace": lambda: in_child(lambda: call(308, 268, -1, 0x40000000)),
        "change the root": lambda: in_child(lambda: os.chroot("/")),
        "io_uring": lambda: call(425, 425, 1, 0),
        "bpf": lambda: call(321, 280, 9999, 0, 0),
        "perf events": lambda: call(298, 241, 0, 0, -1, -1, 0),
        "userfaultfd": lambda: call(323, 282, 1 << 20),
        "the kernel's keys": lambda: call(250, 219, 0, -3, 0),
        "load a module": lambda: call(175, 105, 0, 0, 0),
        "switch on swap": lambda: call(167, 224, 0, 0),
        "reboot": lambda: call(169, 142, 0, 0, 0, 0),
        "set the clock": lambda: call(227, 112, 0, 0),
        "type into a terminal": type_into_terminal,
        "open the app's terminal": lambda: os.close(os.open("/dev/tty", os.O_RDWR)),
        "read the kernel's log": lambda: call(103, 116, 10, 0, 0),
    }


def _made(path: str) -> str:
    write(path)
    return path


def _clone(flags: int) -> None:
    """clone(2) with a namespace; the child ends at once."""
    number = LIBC.syscall(
        ctypes.c_long(56 if X86 else 220), ctypes.c_long(flags | signal.SIGCHLD), 0, 0, 0, 0
    )
    if number == 0:
        os._exit(0)
    if number < 0:
        raise OSError(ctypes.get_errno(), "clone")
    os.waitpid(number, 0)


def _threads() -> None:
    thread = threading.Thread(target=len, args=("x",))
    thread.start()
    thread.join()


def _temporary() -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x")


NEEDED: Dict[str, Callable[[], Any]] = {
    "write its own files": lambda: new("probe"),
    "temporary files": _temporary,
    "its own home": lambda: new(os.path.expanduser("~/probe")),
    "start a program": lambda: subprocess.run(["/bin/sh", "-c", "exit 0"], check=True),
    "start Python": lambda: subprocess.run([sys.executable, "-I", "-c", "import decimal"], check=True),
    "threads": _threads,
    "fork": lambda: in_child(lambda: None),
    "socket pairs": lambda: [end.detach() for end in socket.socketpair()],
    "random numbers": lambda: os.urandom(8),
    "the null device": lambda: write(os.devnull),
}


def tried(action: Callable[[], Any]) -> str:
    """What became of one action."""
    try:
        action()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, type(error).__name__)
    except Exception as error:
        return type(error).__name__
    return ALLOWED


def report(facts: Dict[str, Any]) -> None:
    """Try everything and print what became of it."""
    forbidden_ones = {name: tried(action) for name, action in forbidden(facts).items()}
    needed_ones = {name: tried(action) for name, action in NEEDED.items()}
    print(json.dumps({"forbidden": forbidden_ones, "needed": needed_ones}))
