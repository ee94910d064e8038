"""Rows 15 to 18 and 27: standard streams, and the order of what comes out of them."""

from __future__ import annotations

from tests.guards.guard import Guard
from tests.guards.table.named import ABUSE, EXECUTION, FLOOD, JOB, NEXT_WORKS, OUTPUT, TOLD

GUARDS = (
    Guard(
        ("15",),
        "descriptors 1 and 2 are the pipes again before each execution",
        "backend/executor/worker/streams.py",
        "self._dup2(self._pipes[0], 1)",
        "pass",
        (f"{NEXT_WORKS}[descriptor 1 closed]", f"{NEXT_WORKS}[stdout redirected by descriptor]"),
    ),
    Guard(
        ("15",),
        "sys.stdout is ours again before each execution",
        "backend/executor/worker/streams.py",
        "self._sys.stdout = self._sys.__stdout__ = self.stdout",
        "pass",
        (
            f"{NEXT_WORKS}[stdout is None]",
            f"{NEXT_WORKS}[stdout deleted]",
            f"{NEXT_WORKS}[stdout redirected]",
            f"{NEXT_WORKS}[stdout is not a stream]",
        ),
    ),
    Guard(
        ("15",),
        "a stream of ours that code closed or took apart is made anew",
        "backend/executor/worker/streams.py",
        "if not _usable(self.stdout) or not _usable(self.stderr):",
        "if self.stdout is None:",
        (
            f"{NEXT_WORKS}[stdout closed]",
            f"{NEXT_WORKS}[stdout detached]",
            f"{NEXT_WORKS}[stdout buffer closed]",
        ),
    ),
    Guard(
        ("15",),
        "a flush that raises is nobody's end",
        "backend/executor/worker/streams.py",
        "stream.flush()\n            except ignored:",
        "stream.flush()\n            except OSError:",
        (f"{NEXT_WORKS}[stdout raises]",),
    ),
    Guard(
        ("15",),
        "descriptors of ours are out of the way of those that code reuses",
        "backend/executor/worker/streams.py",
        "parked = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, HIGH)\n    os.close(fd)\n    return parked",
        "return fd",
        (f"{ABUSE}::test_low_descriptors_are_the_codes_own",),
    ),
    Guard(
        ("16",),
        "a worker whose channel was closed under it ends, and says why",
        "backend/executor/worker/talk.py",
        "raise error\n        self._exit(frames.CHANNEL_LOST)",
        "raise error\n        self._exit(1)",
        (f"{TOLD}[ipython-closed]", f"{TOLD}[plain-closed]"),
    ),
    Guard(
        ("16",),
        "a worker that goes on without its channel is ended",
        "backend/executor/link.py",
        "self._loop.call_later(EXIT_NOTICE, self._channel_closed)",
        "pass",
        (f"{TOLD}[ipython-closed and waiting]",),
    ),
    Guard(
        ("17",),
        "C libraries push out what they hold back at the end of an execution",
        "backend/executor/worker/streams.py",
        "self._fflush(None)",
        "pass",
        (f"{OUTPUT}::test_output_held_back_by_c_libraries_comes_with_its_execution",),
    ),
    Guard(
        ("18",),
        "characters are put together over reads",
        "backend/executor/pipes.py",
        "text = self._decoder.decode(data)",
        'text = data.decode("utf-8", "replace")',
        (
            f"{FLOOD}::test_a_character_cut_over_reads_is_one",
            f"{OUTPUT}::test_characters_split_over_writes_are_whole_and_invalid_bytes_are_marked",
        ),
    ),
    Guard(
        ("18",),
        "a character cut off by the end of its execution is not the next one's",
        "backend/executor/session.py",
        "link.end_text()",
        "pass",
        (f"{OUTPUT}::test_characters_split_over_writes_are_whole_and_invalid_bytes_are_marked",),
    ),
    Guard(
        ("18",),
        "a spool file has the bytes as they came",
        "backend/executor/session.py",
        "self._capture.data(stream, data)",
        'self._capture.data(stream, data.decode("utf-8", "replace").encode())',
        (f"{FLOOD}::test_bytes_that_are_no_text_are_on_disk_as_they_were",),
    ),
    Guard(
        ("27",),
        "a text of the other stream begins another chunk",
        "backend/executor/job.py",
        "self._close_chunk()\n            self._stream = stream",
        "self._stream = stream",
        (
            f"{JOB}::test_neighbouring_chunks_are_joined_and_streams_kept_apart",
            f"{ABUSE}::test_each_stream_keeps_its_order",
        ),
    ),
    Guard(
        ("27",),
        "text that is held back goes out before another process starts",
        "backend/executor/worker/timer.py",
        "self.started = True\n            try:\n                self.push()",
        "self.started = True\n            try:\n                pass",
        (f"{EXECUTION}::test_prints_and_output_of_children_keep_their_order",),
    ),
    Guard(
        ("27",),
        "text that is held back is not the child's of a fork too",
        "backend/executor/worker/timer.py",
        '"os.fork", ',
        "",
        (f"{OUTPUT}::test_a_child_of_fork_does_not_repeat_what_was_held_back",),
    ),
    Guard(
        ("27",),
        "what is printed before a displayed value comes before it",
        "backend/executor/session.py",
        "def _display(self, link: WorkerLink, frame: frames.Frame) -> None:\n        link.drain()",
        "def _display(self, link: WorkerLink, frame: frames.Frame) -> None:\n        pass",
        (f"{EXECUTION}::test_displayed_values_come_in_order_with_prints",),
    ),
)
