"""Row 13: very much output."""

from __future__ import annotations

from tests.guards.guard import Guard
from tests.guards.table.named import CAPTURE, COUNTED, EXECUTION, FLOOD, JOB, PIPES, RECORDER, STOPPED

GUARDS = (
    Guard(
        ("13",),
        "every byte of an execution is counted",
        "backend/executor/capture.py",
        "self._sizes[stream] = before + len(data)",
        "self._sizes[stream] = before or len(data)",
        (f"{CAPTURE}::test_any_pieces_agree_with_the_plain_rule", f"{STOPPED}[ipython-pieces-fast]"),
    ),
    Guard(
        ("13", "18"),
        "bytes are counted before they become text",
        "backend/executor/pipes.py",
        "self._on_data(self._stream, data)",
        'self._on_data(self._stream, data.decode("utf-8", "replace").encode())',
        (f"{COUNTED}[ipython-no text]",),
    ),
    Guard(
        ("13",),
        "what nobody takes slows the code: the app's memory is bounded",
        "backend/executor/job.py",
        "if self._waiting > self._limit and not self.full:",
        "if False:",
        (
            f"{JOB}::test_the_code_is_slowed_while_too_much_waits",
            f"{EXECUTION}::test_a_slow_reader_loses_nothing_and_memory_stays_bounded",
        ),
    ),
    Guard(
        ("13",),
        "slowed code is not read",
        "backend/executor/session.py",
        "link.pause(not room)",
        "pass",
        (f"{EXECUTION}::test_a_slow_reader_loses_nothing_and_memory_stays_bounded",),
    ),
    Guard(
        ("13",),
        "code that is being stopped gets room for what is in its pipes",
        "backend/executor/job.py",
        "self._limit = self._waiting + LAST_ROOM",
        "return",
        (
            f"{JOB}::test_code_that_is_being_stopped_gets_more_room_once",
            f"{STOPPED}[ipython-lines-stopped]",
            f"{STOPPED}[plain-lines-stopped]",
        ),
    ),
    Guard(
        ("13",),
        "and no more: code that goes on printing does not fill the memory",
        "backend/executor/job.py",
        "LAST_ROOM = 4 << 20",
        "LAST_ROOM = 400 << 20",
        (f"{FLOOD}::test_code_that_goes_on_printing_unread_is_killed_and_does_not_fill_the_memory",),
    ),
    Guard(
        ("13",),
        "small writes are read together",
        "backend/executor/pipes.py",
        "if (size < READ or self.calm) and not self._closed:",
        "if False:",
        (f"{PIPES}::test_small_writes_are_read_together", f"{PIPES}::test_late_output_is_read_calmly"),
    ),
    Guard(
        ("13", "20"),
        "a flood left behind is read calmly",
        "backend/executor/pipes.py",
        "if (size < READ or self.calm) and not self._closed:",
        "if size < READ and not self._closed:",
        (f"{PIPES}::test_late_output_is_read_calmly",),
    ),
    Guard(
        ("13",),
        "displays of a thread that waits for nobody are bounded",
        "backend/executor/job.py",
        "if self._waiting > CROWD:",
        "if False:",
        (f"{JOB}::test_displays_of_a_thread_that_does_not_wait_are_left_out_and_counted",),
    ),
    Guard(
        ("13",),
        "a spool file has a cap",
        "backend/executor/capture.py",
        "file.write(data[: SPOOL_CAP - before])",
        "file.write(data)",
        (f"{CAPTURE}::test_any_pieces_agree_with_the_plain_rule",),
    ),
    Guard(
        ("13",),
        "old spool files are removed",
        "backend/executor/capture.py",
        "if (files < 0 or room < 0) and",
        "if False and",
        (
            f"{CAPTURE}::test_the_oldest_files_are_removed",
            f"{CAPTURE}::test_all_files_together_have_a_limit",
        ),
    ),
    Guard(
        ("13",),
        "history keeps a bounded tail",
        "workbench/history/recorder.py",
        "while self._tail_size > self._limit and self._tail:",
        "while False:",
        (f"{RECORDER}::test_a_million_chunks_are_held_in_bounds",),
    ),
    Guard(
        ("13",),
        "what history leaves out is counted to the byte",
        "workbench/history/recorder.py",
        "self._dropped[stream] += _size(text)",
        "self._dropped[stream] += len(text)",
        (
            f"{RECORDER}::test_the_middle_is_dropped_and_counted_in_bytes",
            f"{RECORDER}::test_any_output_agrees_with_the_plain_rule",
        ),
    ),
    Guard(
        ("13",),
        "what is left out is counted by the true sizes of the streams",
        "workbench/history/recorder.py",
        "recorder.settle(outcome.sizes)",
        "pass",
        (f"{RECORDER}::test_an_entry_counts_what_was_no_text_as_the_bytes_it_was",),
    ),
)
