"""The worker's loop: requests in, executions and completions done, answers out. Code cannot break it."""

from __future__ import annotations

import os
import sys
import time
from typing import Any, Callable, Dict, List, Optional

from . import frames, ignored, inspection, places, repair, strays, talk, tracebacks, variables

TRIES = 100  # exceptions that may come, one after another, while code is to be put aside


class Worker:
    """Serves the control channel."""

    def __init__(self, wire: frames.Wire, console: Any, gate: Any, shell: Any, place: places.Place) -> None:
        self.wire = wire
        self.console = console
        self.gate = gate
        self.shell = shell
        self.pid = os.getpid()
        self.talk = talk.Talk(wire, console, gate)
        self.names: Dict[str, Any] = {}
        self.strays = strays.Strays(console.pusher, console.routes)
        self.place = place
        self.repair = repair.Repair(place.path, place.real)
        # bound now: code may patch the modules
        self._clock = time.perf_counter
        self._getpid = os.getpid
        self._exit = os._exit

    def serve(self) -> None:
        """Answer requests until the channel ends."""
        self.gate.keep_open(self.console.pusher)
        self.gate.install()
        ignored.Ignored(self.gate).install()
        self.console.stdin.asker = self.talk.ask
        self.shell.attach(self.talk.display)
        self.names = sys.modules["__main__"].__dict__
        self.own = dict(self.names)
        ready = {"event": "ready", "pid": self.pid, "place": self.place.path, "remark": self.place.remark}
        self.wire.send(ready)
        while True:
            request = self.surely(self.talk.receive)
            answer = self.answer(request)
            self.only_parent()
            if answer is not None:
                self.send(answer)

    def surely(self, do: Callable[[], Any]) -> Any:
        """What `do` gives; done again when a thread of code's throws something at this one meanwhile.

        Such an exception (PyThreadState_SetAsyncExc) comes where this thread waits for the system, so all
        that does so outside of code is done this way.
        """
        for _ in range(TRIES):
            try:
                return do()
            except BaseException:
                pass
        return do()

    def send(self, answer: frames.Frame) -> None:
        """Send an answer once, or a small stand-in for one that no frame can hold."""
        sent: List[Any] = []

        def send() -> None:
            if sent:
                return
            try:
                try:
                    self.wire.send(answer, sent)
                except frames.ProtocolError as error:
                    self.wire.send(self.too_large(answer, str(error)), sent)
            except OSError as error:
                self.talk.lost(error)

        self.surely(send)

    def only_parent(self) -> None:
        """Code forked and its child fell through: the child goes silently, the parent alone answers."""
        if self._getpid() != self.pid:
            self._exit(0)

    def answer(self, request: frames.Frame) -> Optional[frames.Frame]:
        """The answer to one request; None for a line that came after its question was given up."""
        if request.get("op") == "execute":
            self.talk.begin(str(request["id"]), bool(request.get("interactive")))
            fds = self.wire.take_fds()
            if len(fds) == 2:
                self.console.change_pipes((fds[0], fds[1]))
            return self.execute(str(request["id"]), str(request["code"]), int(request.get("number", 0)))
        if request.get("op") == "complete":
            return self.complete(request)
        if request.get("op") == "inspect":
            return self.inspect(request)
        if request.get("op") == "variables":
            return self.variables(request)
        if request.get("op") in ("line", "taken"):
            return None
        return {"event": "error", "message": "unknown request"}

    def execute(self, execution: str, code: str, number: int) -> frames.Frame:
        """Run code and tell how it ended. Whatever the code does, this returns."""
        self.surely(self.begin)
        started = self._clock()
        try:
            try:
                self.gate.arm(execution)
                result: frames.Frame = self.shell.run(code, number)
            finally:
                self.settle()
        except BaseException as error:
            self.settle()
            result = {"error": tracebacks.describe(error)}
        duration = (self._clock() - started) * 1000
        self.only_parent()
        result.update(self.surely(self.end))
        result["event"] = "done"
        result["id"] = execution
        result["duration_ms"] = round(duration, 3)
        result["fired"] = self.gate.fired
        result["interrupted"] = self.gate.fired and _is_interrupt(result.get("error"))
        return result

    def begin(self) -> None:
        """What earlier code did to streams and folders is undone."""
        self.console.restore()
        self.repair.place()

    def end(self) -> frames.Frame:
        """All output is on its way; what is left of the execution, if anything."""
        left: List[str] = []
        strays = self.strays.found(left)
        self.console.flush()
        self.talk.end()
        return {"strays": True, "left": left} if strays else {}

    def settle(self) -> None:
        """Code has ended: make the interpreter ours again. Raises what was raised on the way, when it is."""
        raised: Optional[BaseException] = None
        for _ in range(TRIES):
            try:
                self.gate.disarm()
                self.repair.calm()
                self.repair.names()  # first: what comes after uses builtins
                self.gate.tame()
                break
            except BaseException as error:
                raised = error
        if raised is not None:
            raise raised

    def complete(self, request: frames.Frame) -> frames.Frame:
        """Completions, or none when finding them fails or takes too long: the app then interrupts by name."""
        code, cursor = str(request["code"]), int(request["cursor"])
        found = self.beside(request, lambda: self.shell.complete(code, cursor))
        start, end, matches = found or (cursor, cursor, [])
        return {"event": "completions", "id": request["id"], "start": start, "end": end, "matches": matches}

    def inspect(self, request: frames.Frame) -> frames.Frame:
        """What the name at the cursor is, or nothing when finding out fails or takes too long."""
        code, cursor = str(request["code"]), int(request["cursor"])
        found = self.beside(request, lambda: inspection.describe(self.names, code, cursor))
        return {"event": "inspected", "id": request["id"], "found": found}

    def variables(self, request: frames.Frame) -> frames.Frame:
        """What code has made, or nothing when telling that takes too long."""
        found = self.beside(request, lambda: variables.describe(self.names, self.own))
        return {"event": "variables", "id": request["id"], "found": found}

    def beside(self, request: frames.Frame, look: Callable[[], Any]) -> Any:
        """What `look` gives, which may run code of the session; None when that fails or is interrupted."""
        self.surely(self.console.restore)
        try:
            try:
                self.gate.arm(str(request["id"]))
                found = look()
            finally:
                self.settle()
        except BaseException:
            self.settle()
            found = None
        self.surely(self.console.flush)
        return found

    def too_large(self, answer: frames.Frame, reason: str) -> frames.Frame:
        """The stand-in."""
        return {
            "event": "done",
            "id": self.talk.last,
            "duration_ms": answer.get("duration_ms", 0),
            "value": {"text/plain": "<the value is too large to show: %s>" % reason},
        }


def _is_interrupt(error: Optional[Dict[str, Any]]) -> bool:
    return error is not None and error.get("name") == "KeyboardInterrupt"
