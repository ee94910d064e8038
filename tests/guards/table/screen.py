"""Rows 14 and 26: how much the app shows, and how often."""

from __future__ import annotations

from tests.guards.guard import Guard
from tests.guards.table.named import LINES, PANE, TRANSCRIPT

GUARDS = (
    Guard(
        ("14",),
        "lines of the pane are bounded",
        "workbench/widgets/output/lines/buffer.py",
        "if len(self._raw) > self.cap or",
        "if",
        (f"{LINES}::test_dropping_keeps_numbers_and_the_header",),
    ),
    Guard(
        ("14",),
        "what is kept beside lines goes with them",
        "workbench/widgets/output/lines/buffer.py",
        "_forget(sparse, first)",
        "pass",
        (f"{LINES}::test_sparse_notes_go_with_their_lines",),
    ),
    Guard(
        ("14",),
        "a long line is cut, and says so",
        "workbench/widgets/output/lines/buffer.py",
        "if len(line) > self.longest:",
        "if False:",
        (f"{LINES}::test_a_long_line_is_cut_and_says_so",),
    ),
    Guard(
        ("14",),
        "a line that grows and grows is cut",
        "workbench/widgets/output/lines/buffer.py",
        "if len(shown) > self.longest:",
        "if False:",
        (
            f"{LINES}::test_a_million_characters_without_newline_stay_small",
            f"{LINES}::test_a_long_line_is_cut_and_says_so",
        ),
    ),
    Guard(
        ("14", "13"),
        "who brings more than the screen takes waits",
        "workbench/widgets/output/written/inbox.py",
        "await self._room.wait()",
        "pass",
        (
            f"{TRANSCRIPT}::test_who_brings_too_much_waits_and_nothing_is_lost",
            f"{PANE}::test_feeding_waits_when_full_and_loses_nothing",
        ),
    ),
    Guard(
        ("14",),
        "the work of one frame is bounded",
        "workbench/widgets/output/written/transcript.py",
        "if time.perf_counter() > deadline:",
        "if False:",
        (f"{TRANSCRIPT}::test_what_waits_is_written_in_pieces_of_time",),
    ),
    Guard(
        ("14",),
        "long text is taken in slices",
        "workbench/widgets/output/written/inbox.py",
        "SLICE = 64 * 1024",
        "SLICE = 64 << 20",
        (f"{TRANSCRIPT}::test_a_long_text_is_taken_in_slices",),
    ),
    Guard(
        ("14",),
        "only lines in sight are decoded",
        "workbench/widgets/output/rows.py",
        "return self._painter.strip(number, buffer.raw(number), lambda: buffer.line(number))",
        "return [self._painter.paint(buffer.line(n)) for n in range(buffer.dropped, number + 1)][-1]",
        (f"{PANE}::test_only_lines_in_sight_are_decoded",),
    ),
    Guard(
        ("26",),
        "a carriage return writes over the line",
        "workbench/widgets/output/lines/buffer.py",
        "shown, tail.raw = overwrite(raw) if moves(raw) else (raw, raw)",
        "shown, tail.raw = raw, raw",
        (
            f"{LINES}::test_streams_keep_their_own_unfinished_lines",
            f"{LINES}::test_a_million_steps_of_a_progress_bar_are_its_last_state",
        ),
    ),
    Guard(
        ("26",),
        "lines that came whole are written over too",
        "workbench/widgets/output/lines/buffer.py",
        "lines = [overwrite(line)[0] if moves(line) else line for line in lines]",
        "pass",
        (f"{LINES}::test_lines_of_a_text", f"{LINES}::test_any_cutting_gives_the_same_lines"),
    ),
    Guard(
        ("26",),
        "the screen is updated once a frame, however many pieces come",
        "workbench/widgets/output/pane.py",
        "wait = self._pumped_at + FRAME - time.monotonic()",
        "wait = 0.0",
        (f"{PANE}::test_very_many_updates_are_few_frames",),
    ),
)
