"""What a probe tries inside a session: each action is allowed, or denied by something.

`report` is called by code in a session and prints one JSON object: action → "allowed" or the name of what
denied it. Actions that would do harm are tried in a form whose arguments are wrong: the permission is checked
before them.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import subprocess
import sys
from functools import partial
from typing import Any, Callable, Dict

from .attempts import (
    attach,
    bind,
    both,
    call,
    change_limits,
    clone,
    connect,
    in_child,
    listening,
    made,
    new,
    own_network,
    reach,
    sees,
    temporary,
    threads,
    type_into_terminal,
    undone,
    watch,
    watch_by_fanotify,
    with_process,
    write,
)

ALLOWED = "allowed"


def forbidden(facts: Dict[str, Any]) -> Dict[str, Callable[[], Any]]:
    """Actions that a level may deny. `facts` are the prober's: files outside, its process, its sockets."""
    outside, file, app = facts["outside"], facts["file"], facts["app"]
    here, parent = os.getcwd(), os.getppid()
    there = partial(with_process, app, facts["started"])
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
        "move a file outside": lambda: os.rename(made(here + "/moved"), outside + "/moved"),
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
        "change times of a file outside": lambda: os.utime(file),
        "change attributes of a file outside": lambda: os.setxattr(file, "user.workbench", b""),
        "read attributes of a file outside": lambda: reach(lambda: os.getxattr(file, "user.workbench")),
        "attach memory of another program": lambda: attach(facts["segment"]),
        "watch a folder outside": lambda: watch(outside),
        "watch a folder outside by fanotify": lambda: watch_by_fanotify(outside),
        "see a file outside": lambda: os.stat(file),
        "see the app's process": there(lambda: sees(app)),
        "read the app's environment": there(lambda: open("/proc/%d/environ" % app, "rb").read()),
        "read the app's memory": there(lambda: open("/proc/%d/mem" % app, "rb").close()),
        "list the app's open files": there(lambda: os.readlink("/proc/%d/fd/0" % app)),
        "signal the app": there(lambda: os.kill(app, 0)),
        "signal the keeper": there(lambda: os.kill(app, 0)) if parent == 0 else lambda: os.kill(parent, 0),
        "change the app's limits": there(lambda: change_limits(app)),
        "trace the app": there(lambda: in_child(lambda: call(101, 117, 0x4206, app, 0, 0))),
        "read the app's memory by a call": there(
            both(
                partial(call, 310, 270, app, 0, 0, 0, 0, 0),
                lambda: open("/proc/%d/mem" % app, "rb").close(),
            )
        ),
        "steal a descriptor of the app": there(lambda: call(438, 438, os.pidfd_open(app), 0, 0)),
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
        "a namespace by clone": lambda: in_child(lambda: clone(0x10000000)),
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


NEEDED: Dict[str, Callable[[], Any]] = {
    "write its own files": lambda: new("probe"),
    "temporary files": temporary,
    "its own home": lambda: new(os.path.expanduser("~/probe")),
    "start a program": lambda: subprocess.run(["/bin/sh", "-c", "exit 0"], check=True),
    "start Python": lambda: subprocess.run([sys.executable, "-I", "-c", "import decimal"], check=True),
    "threads": threads,
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
