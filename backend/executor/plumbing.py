"""The output pipes of one worker: the pair of the running execution, and pairs that earlier ones left open.

A child or thread that outlives its execution keeps the pipes it was started with, and the next execution gets
new ones: so what comes late is told apart from what the next execution prints.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator

from backend.executor.pipes import OutputPipe
from backend.models import Stream

Pair = tuple[OutputPipe, ...]
OnText = Callable[[Stream, str], None]
OnData = Callable[[Stream, bytes], None]
OnLate = Callable[[str, Stream, str], None]
LEFT = 16  # pairs that may be left open; then late output counts as the running execution's


class Plumbing:
    """Reads all pipes of a worker.

    `on_data` gets the raw bytes of the pair in use and `on_text` their text, `on_late` the text of left ones.
    """

    def __init__(self, on_text: OnText, on_data: OnData, on_late: OnLate) -> None:
        self._on_text = on_text
        self._on_data = on_data
        self._on_late = on_late
        self._pair: Pair = ()
        self._left: dict[str, Pair] = {}

    def use(self, read_ends: dict[Stream, int]) -> None:
        """Read from these descriptors, which are ours now."""
        self._pair = tuple(
            OutputPipe(fd, stream, self._on_text, self._on_data) for stream, fd in read_ends.items()
        )

    @contextlib.contextmanager
    def replacing(self, execution_id: str) -> Iterator[list[int]]:
        """Give the write ends of a new pair; at the end of a block that did not fail it is the one in use.

        What comes from the old pair is late output of that execution. Nothing is given when there is no room.
        """
        self._prune()
        if len(self._left) >= LEFT or execution_id in self._left:
            yield []
            return
        with contextlib.ExitStack() as theirs, contextlib.ExitStack() as ours:
            pipes = {stream: pipe(ours, theirs) for stream in Stream}
            yield [write for _, write in pipes.values()]
            ours.pop_all()
        self._leave(execution_id)
        self.use({stream: read for stream, (read, _) in pipes.items()})

    def _leave(self, execution_id: str) -> None:
        def late(stream: Stream, text: str) -> None:
            self._on_late(execution_id, stream, text)

        for each in self._pair:
            each.become_late(late)  # what is in it now is late already
        self._left[execution_id] = self._pair

    def _prune(self) -> None:
        for execution_id, pair in list(self._left.items()):
            if all(each.closed for each in pair):
                del self._left[execution_id]

    def drain(self) -> None:
        """Take all output of the pair in use that there is now."""
        for each in self._pair:
            each.drain()

    def drain_all(self) -> None:
        """Take all output there is now, late output too."""
        for pair in (*self._left.values(), self._pair):
            for each in pair:
                each.drain()
                each.flush_decoder()

    def begin_text(self) -> None:
        """What comes from now on belongs to an execution: it is read as fast as it comes."""
        for each in self._pair:
            each.calm = False

    def end_text(self) -> None:
        """Nothing more belongs to the execution that ends now: what still comes can take its time."""
        for each in self._pair:
            each.flush_decoder()
            each.calm = True

    def pause(self, paused: bool) -> None:
        """Stop or go on reading output of the pair in use."""
        for each in self._pair:
            each.pause(paused)

    def close(self) -> None:
        """Stop reading for good."""
        for pair in (*self._left.values(), self._pair):
            for each in pair:
                each.close()
        self._left.clear()


def pipe(ours: contextlib.ExitStack, theirs: contextlib.ExitStack) -> tuple[int, int]:
    """A pipe's read and write end, each closed with its stack."""
    read, write = os.pipe()
    ours.callback(os.close, read)
    theirs.callback(os.close, write)
    return read, write
