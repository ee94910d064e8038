"""What writes to the terminal when there is none any more."""

from __future__ import annotations

import contextlib
import os

from textual.drivers._writer_thread import WriterThread

from workbench.terminal.lasting import Deaf


def test_the_thread_that_writes_outlives_the_terminal() -> None:
    ours, theirs = os.openpty()
    terminal = os.fdopen(theirs, "w", closefd=False)
    thread = WriterThread(Deaf(terminal))  # type: ignore[arg-type]  # what it uses of a file
    thread.start()
    thread.write("seen")
    assert os.read(ours, 4) == b"seen"
    os.close(ours)
    for _ in range(200):  # more than its queue holds
        thread.write("unseen" * 100)
    thread.stop()
    assert not thread.is_alive()
    with contextlib.suppress(OSError):
        terminal.close()
    os.close(theirs)
