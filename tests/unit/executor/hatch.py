"""Workers without the backend: a nursery of any user, in a world made for the test, driven frame by frame."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backend.executor.environment import session_environment
from backend.executor.isolation import bubblewrap, rules
from backend.executor.worker import frames
from tests.ordinary.needs import User, lack

PROGRAM = Path(__file__).parents[3] / "backend" / "executor" / "worker"
LIMIT = 30.0  # seconds for any answer
ROOT = User(0, 0)
SYSTEM_PYTHON = "/usr/bin/python3"

# runs as root before the nursery: a private view of files, system calls that are denied, then the user
WORLD = """
import json, os, sys
folder, facts = sys.argv[1], json.loads(sys.argv[2])
sys.path.insert(0, folder)
import importlib
worker = importlib.import_module("worker")
from worker.confine import kernel, mounts, seccomp
if facts["view"]:
    kernel.unshare(kernel.CLONE_NEWNS)
    mounts.mount("none", "/", "none", 0x40000 | mounts.RECURSIVE)
    exec(facts["view"])
if facts["user"]:
    os.setgroups([]); os.setgid(facts["user"][1]); os.setuid(facts["user"][0])
if facts["deny"]:
    seccomp.CALLS = {name: tuple(numbers) for name, numbers in facts["deny"].items()}
    seccomp.CLONE3 = (9999, 9999)
    seccomp.install()
exec(facts["then"])
os.execv(sys.argv[3], sys.argv[3:])
"""


def become(user: User) -> dict[str, Any]:
    """Arguments of subprocess that start a process as this user; empty when it is ours."""
    if user.uid == os.getuid():
        return {}
    return {"user": user.uid, "group": user.gid, "extra_groups": []}


class Refused(Exception):  # noqa: N818 - what happened
    """The worker or its keeper refused the session; the message is the reason."""


@dataclass
class Worker:
    """A worker that is ready, and our ends of what it has."""

    control: socket.socket
    lifeline: socket.socket
    pipes: tuple[int, int]
    folder: Path
    ready: frames.Frame = field(default_factory=dict)
    pid: int = 0
    keeper: int = 0
    starting: float = 0.0

    def run(self, code: str) -> Any:
        """Run code; its standard output, read as JSON where it is. Fails when the code does."""
        done, out, err = self.try_(code)
        assert not done.get("error"), (done["error"], out, err)
        try:
            return json.loads(out)
        except ValueError:
            return out

    def try_(self, code: str) -> tuple[frames.Frame, str, str]:
        """Run code; how it ended, and what it printed."""
        frames.send(self.control, {"op": "execute", "id": "e", "code": code, "number": 1})
        texts = [b"", b""]
        while True:
            ready, _, _ = select.select([self.control.fileno(), *self.pipes], [], [], LIMIT)
            assert ready, "no answer"
            for each, fd in enumerate(self.pipes):
                if fd in ready:
                    texts[each] += os.read(fd, 1 << 20)
            if self.control.fileno() in ready:
                frame, _ = frames.receive_with_fds(self.control, 1)
                assert frame is not None, "the worker is gone"
                if frame.get("event") == "display":
                    frames.send(self.control, {"op": "taken"})
                    continue
                break
        for each, fd in enumerate(self.pipes):
            with contextlib.suppress(BlockingIOError):
                while piece := os.read(fd, 1 << 20):
                    texts[each] += piece
        return frame, texts[0].decode(), texts[1].decode()

    def until_gone(self) -> None:
        """Wait until the keeper is gone and has ended all that is its."""
        self.lifeline.settimeout(LIMIT)
        while self.lifeline.recv(65536):
            pass

    def close(self) -> None:
        """End it."""
        with contextlib.suppress(OSError):
            self.lifeline.shutdown(socket.SHUT_WR)
            self.until_gone()
        for end in (self.control, self.lifeline):
            end.close()
        for fd in self.pipes:
            os.close(fd)


class Hatch:
    """A nursery of a user, and the folders of its sessions, which are that user's."""

    def __init__(
        self,
        user: User,
        python: str = "",
        level: str = "process",
        *,
        view: str = "",
        deny: dict[str, tuple[int, int]] | None = None,
        then: str = "",
    ) -> None:
        """`view` is code that root runs in a private view of files, FOLDER in it being ours; system calls in
        `deny` fail, each given by its numbers on x86-64 and aarch64; `then` is code of the user's."""
        if (view or become(user)) and os.getuid():
            lack("the test must be root")
        self.user, self.level = user, level
        self.python = python or (SYSTEM_PYTHON if become(user) else sys.executable)
        self.folder = Path(tempfile.mkdtemp(prefix="workbench-hatch-"))
        self.folder.chmod(0o755)
        shutil.copytree(PROGRAM, self.folder / "worker", ignore=shutil.ignore_patterns("__pycache__"))
        for path in (self.folder / "worker").rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        (self.folder / "world.py").write_text(WORLD)
        self.workers: list[Worker] = []
        self.boxes: list[subprocess.Popen[bytes]] = []
        self._launch({"view": view.replace("FOLDER", str(self.folder)), "deny": deny or {}, "then": then})

    def _launch(self, facts: dict[str, Any]) -> None:
        self.sock, theirs = socket.socketpair()
        self.sock.settimeout(LIMIT)
        plan = {"isolation": self.level, "mnt_data": True, "preload": [], "memory_limit": 0}
        command = [
            self.python,
            "-I",
            str(self.folder / "worker" / "__main__.py"),
            str(theirs.fileno()),
            json.dumps(plan),
        ]
        changed = become(self.user)
        if any(facts.values()):
            facts["user"] = (self.user.uid, self.user.gid) if changed else None
            world = str(self.folder / "world.py")
            command = [SYSTEM_PYTHON, "-I", world, str(self.folder), json.dumps(facts), *command]
            changed = {}
        with theirs:
            self.process = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={"PATH": os.defpath, "HOME": "/", "LC_ALL": "C.UTF-8"},
                cwd="/",
                start_new_session=True,
                **changed,
            )
        self.words, _ = frames.receive_with_fds(self.sock, 1)
        assert self.words is not None, "the nursery is gone"

    def make(self, name: str, mode: int = 0o700) -> Path:
        """A folder of the user's."""
        path = self.folder / name
        path.mkdir(mode=mode, parents=True, exist_ok=True)
        os.chown(path, self.user.uid, self.user.gid)
        return path

    def fork(self, name: str = "one", **wanted: Any) -> Worker:
        """A worker for a session. Raises Refused."""
        folder = self.make(name)
        data, home, temporary = (self.make(f"{name}/{each}") for each in ("data", "home", "tmp"))
        sealed = self.level == "sealed"
        inside = (
            (bubblewrap.DATA, bubblewrap.HOME, bubblewrap.TEMPORARY) if sealed else (data, home, temporary)
        )
        request = {
            "op": "fork",
            "level": self.level,
            "mnt_data": True,
            "data": str(data),
            "env": session_environment(*inside, self.python),
            "write": [str(place) for place in inside],
            "read": rules.readable(self.interpreter()) if self.level != "process" else [],
        }
        if sealed and "sandbox" not in wanted:
            wanted["sandbox"] = self.box(data, home, temporary)
        return self._hatched(request | wanted, folder)

    def interpreter(self) -> list[str]:
        """The folders that the nursery's interpreter imports from, ours instead of the checkout's."""
        assert self.words is not None
        found = rules.interpreter_paths(self.words["prefixes"], self.words["path"], Path("/root"))
        return [str(self.folder / "worker"), *(path for path in found if path != str(rules.WORKER))]

    def box(self, data: Path, home: Path, temporary: Path) -> int:
        """A sandbox of the user's; the process of it that is told."""
        program = shutil.which("bwrap")
        if program is None:
            lack("bubblewrap is not installed")
        info, tell = os.pipe()
        options = bubblewrap.arguments(data, home, temporary, self.interpreter())
        box = subprocess.Popen(
            [program, *options, "--info-fd", str(tell), "/bin/sh", "-c", "echo; read _"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[tell],
            cwd="/",
            **become(self.user),
        )
        os.close(tell)
        self.boxes.append(box)
        assert box.stdout is not None
        assert box.stdout.read(1) == b"\n"
        with os.fdopen(info) as told:
            return int(json.load(told)["child-pid"])

    def _hatched(self, request: frames.Frame, folder: Path) -> Worker:
        control, control_end = socket.socketpair()
        lifeline, lifeline_end = socket.socketpair()
        out, err = os.pipe(), os.pipe()
        for fd in (out[0], err[0]):
            os.set_blocking(fd, False)
        for sock in (control, lifeline):
            sock.settimeout(LIMIT)
        began = time.perf_counter()
        frames.send_with_fds(
            self.sock, request, [control_end.fileno(), out[1], err[1], lifeline_end.fileno()]
        )
        for end in (control_end, lifeline_end):
            end.close()
        for fd in (out[1], err[1]):
            os.close(fd)
        worker = Worker(control, lifeline, (out[0], err[0]), folder)
        self.workers.append(worker)
        for sock in (lifeline, control):
            frame, _ = frames.receive_with_fds(sock, 1)
            if frame is None or frame.get("event") == "refused":
                raise Refused((frame or {}).get("reason"))
            if frame["event"] == "forked":
                worker.pid, worker.keeper = frame["pid"], frame["keeper"]
            else:
                worker.ready = frame
        worker.starting = time.perf_counter() - began
        return worker

    def close(self) -> None:
        """End all of it."""
        for worker in self.workers:
            worker.close()
        self.sock.close()
        self.process.wait(LIMIT)
        for box in self.boxes:
            for end in (box.stdin, box.stdout):
                if end is not None:
                    end.close()
            box.wait(LIMIT)
        shutil.rmtree(self.folder)


@contextlib.contextmanager
def hatch(user: User, *args: Any, **kwargs: Any) -> Iterator[Hatch]:
    """A hatch that is closed in the end."""
    made = Hatch(user, *args, **kwargs)
    try:
        yield made
    finally:
        made.close()
