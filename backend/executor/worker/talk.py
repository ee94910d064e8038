"""What code says to the app while it runs: values that it displays, questions that it asks."""

from __future__ import annotations

import os
import select
import threading
from typing import Any, Dict, Optional

from . import frames, standard_input


class Talk:
    """The control channel as code's calls use it. Frames go and come whole, whatever is raised meanwhile."""

    def __init__(self, wire: frames.Wire, console: Any, gate: Any) -> None:
        self.wire = wire
        self.execution: Optional[str] = None
        self.last = ""
        self._console = console
        self._gate = gate
        self._pid = os.getpid()
        self._main = threading.get_ident()
        self._interactive = False
        self._questions = 0
        # bound now: code may patch the modules
        self._getpid = os.getpid
        self._thread = threading.get_ident
        self._exit = os._exit
        self._poll = select.poll()
        self._poll.register(wire.fileno(), select.POLLIN)

    def begin(self, execution: str, interactive: bool) -> None:
        """An execution begins; in an `interactive` one somebody answers questions."""
        self.execution = self.last = execution
        self._interactive = interactive

    def end(self) -> None:
        """It is over."""
        self.execution = None

    def receive(self) -> frames.Frame:
        """The next frame; without a channel the worker ends."""
        try:
            request = self.wire.receive()
        except OSError as error:
            self.lost(error)
        except frames.ProtocolError:
            self._exit(frames.CHANNEL_LOST)
        if request is None:
            self._exit(0)
        return request or {}

    def lost(self, error: OSError) -> None:
        """The channel is gone, and the worker goes too; an error without a number is one that code threw."""
        if error.errno is None:
            raise error
        self._exit(frames.CHANNEL_LOST)

    def ask(self, prompt: str, secret: bool) -> Optional[str]:
        """One line from whoever watches the execution, None for the end of input.

        Raises NobodyThereError where nobody watches, and in threads and forked children.
        """
        if not (self.here() and self._gate.open and self._interactive and self.execution is not None):
            raise standard_input.NobodyThereError
        self.show_prompt(prompt)
        self._questions += 1
        number = self._questions
        question = {"event": "ask", "id": self.last, "number": number, "prompt": prompt, "secret": secret}
        self.exchange(question)
        while True:
            self._poll.poll()  # an interrupt or a handler ends the wait here, where no frame is half read
            line = self.exchange(None)
            if line.get("op") == "line" and line.get("number") == number:
                text = line.get("text")
                return None if text is None else str(text)

    def here(self) -> bool:
        """Whether this is the worker's own main thread, and no child or thread of code's."""
        return bool(self._getpid() == self._pid and self._thread() == self._main)

    def show_prompt(self, prompt: str) -> None:
        """Print it. Handlers wait, so that what a broken stdout raises is not taken for what they raise."""
        try:
            self._gate.shut(but_interrupts=True)
            standard_input.show_prompt(prompt)
        finally:
            self._gate.reopen()

    def exchange(self, frame: Optional[frames.Frame]) -> frames.Frame:
        """Send a frame, or receive one, whole: what interrupts and handlers raise meanwhile comes later."""
        try:
            if frame is None:
                self._gate.shut()
                return self.receive()
            self._send_output()
            self.wire.send(frame)
            return frame
        finally:
            self._gate.reopen()

    def display(self, bundle: Dict[str, Any]) -> None:
        """Send a displayed value and wait until the app has taken the output before it: order is exact.

        Only the thread that runs the execution waits; a value that another thread shows may come early, and
        so may one that a finalizer shows while another value is on its way.
        """
        if self._getpid() != self._pid:
            return
        if not (self.here() and self._gate.open):
            self._console.flush()
            self.show(bundle, False)
            return
        waits = self.execution is not None
        try:
            self._send_output()
            self.show(bundle, waits)
            while waits and self.receive().get("op") != "taken":  # a late answer to a question may come first
                pass
        finally:
            self._gate.reopen()

    def _send_output(self) -> None:
        """Shut the gate, all output being on its way; of a stream of the code's own that may take long."""
        self._gate.shut(but_interrupts=True)
        self._console.flush(Exception)
        self._gate.shut()

    def show(self, bundle: Dict[str, Any], waits: bool) -> None:
        """Send a displayed value, or say that it is too large."""
        shown = {"event": "display", "id": self.last, "bundle": bundle, "waits": waits}
        try:
            self.wire.send(shown)
        except frames.ProtocolError as error:
            shown["bundle"] = {"text/plain": "<the value is too large to show: %s>" % error}
            self.wire.send(shown)
