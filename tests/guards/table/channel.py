"""Rows 36 and 37: forged frames; and what has to work."""

from __future__ import annotations

from tests.guards.guard import Guard
from tests.guards.table.named import ABUSE, FORGED, PROTOCOL, STOPPING

GUARDS = (
    Guard(
        ("36",),
        "a frame has a limit",
        "backend/executor/worker/frames.py",
        "if length > LIMIT:\n                raise",
        "if False:\n                raise",
        (f"{FORGED}[garbage]", f"{FORGED}[four gigabytes announced]"),
    ),
    Guard(
        ("36",),
        "what does not read is no frame",
        "backend/executor/worker/frames.py",
        'frame = _decode(str(body, "ascii"))\n    except (ValueError, RecursionError) as error:',
        'frame = _decode(str(body, "ascii"))\n    except MemoryError as error:',
        (
            f"{FORGED}[not JSON]",
            f"{FORGED}[not ASCII]",
            f"{FORGED}[deeply nested]",
        ),
    ),
    Guard(
        ("36",),
        "what is no object is no frame",
        "backend/executor/worker/frames.py",
        "if not isinstance(frame, dict):",
        "if False:",
        (f"{FORGED}[not an object]",),
    ),
    Guard(
        ("36",),
        "a frame that is begun has a time to be completed",
        "backend/executor/channel.py",
        'self._stall = self._loop.call_later(STALL, self._end, "a frame that never ended")',
        "pass",
        (f"{PROTOCOL}::test_a_frame_at_one_byte_a_time_is_given_up",),
    ),
    Guard(
        ("36",),
        "an answer that nobody asked for ends the worker",
        "backend/executor/session.py",
        'link.refuse("an answer that nobody asked for")',
        "pass",
        (
            f"{FORGED}[wrong id]",
            f"{FORGED}[unknown event]",
            f"{FORGED}[no event]",
            f"{FORGED}[a second ready]",
            f"{FORGED}[a display that is none]",
            f"{PROTOCOL}::test_a_forged_end_finishes_once_and_the_real_one_ends_the_worker",
        ),
    ),
    Guard(
        ("36",),
        "an answer names its execution",
        "backend/executor/session.py",
        'turn.answer is None and frame.get("id") == turn.job.id:\n            link.drain()',
        "turn.answer is None:\n            link.drain()",
        (f"{FORGED}[wrong id]",),
    ),
    Guard(
        ("36",),
        "a worker that broke the protocol is not heard any more",
        "backend/executor/link.py",
        "if self._refused or self.dead:\n            return",
        "if self.dead:\n            return",
        (f"{PROTOCOL}::test_after_a_broken_frame_nothing_is_heard",),
    ),
    Guard(
        ("37",),
        "multiprocessing finds what it asks of a main module",
        "backend/executor/worker/namespace.py",
        '"__loader__", "__spec__",',
        '"__loader__",',
        (f"{ABUSE}::test_multiprocessing_works",),
    ),
    Guard(
        ("37",),
        "a loop that code closed is made anew",
        "backend/executor/worker/coroutines.py",
        "if self._loop is None or self._loop.is_closed():",
        "if self._loop is None:",
        (f"{ABUSE}::test_a_loop_that_code_closed_is_made_anew",),
    ),
    Guard(
        ("37",),
        "an interrupted coroutine does not go on in the next execution",
        "backend/executor/worker/coroutines.py",
        "task.cancel()",
        "pass",
        (f"{STOPPING}::test_an_interrupted_coroutine_does_not_go_on_later",),
    ),
)
