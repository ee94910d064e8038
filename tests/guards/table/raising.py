"""Rows 28 to 30 and 32: exceptions of every kind, code for no compiler, signals of the code's own."""

from __future__ import annotations

from tests.guards.guard import Guard
from tests.guards.table.named import ABUSE, EXECUTION, GATE, NEXT_WORKS

GUARDS = (
    Guard(
        ("28",),
        "a KeyboardInterrupt of the code's own is no interrupt",
        "backend/executor/worker/loop.py",
        'result["interrupted"] = self.gate.fired and',
        'result["interrupted"] =',
        (f"{NEXT_WORKS}[KeyboardInterrupt]",),
    ),
    Guard(
        ("28", "32"),
        "whatever code raises, and wherever, the worker goes on",
        "backend/executor/worker/loop.py",
        "except BaseException as error:\n            self.settle()",
        "except MemoryError as error:\n            self.settle()",
        (
            f"{ABUSE}::test_a_signal_between_executions_is_the_next_ones",
            f"{NEXT_WORKS}[trace raises in the worker's own code]",
        ),
    ),
    Guard(
        ("29",),
        "an exception that raises when it is looked at has a stand-in",
        "backend/executor/worker/tracebacks.py",
        "except BaseException:\n        return None",
        "except MemoryError:\n        return None",
        (f"{ABUSE}::test_an_exception_that_raises_when_it_is_looked_at_is_named",),
    ),
    Guard(
        ("29",),
        "a traceback has the last frames only",
        "backend/executor/worker/tracebacks.py",
        "FRAMES = 200",
        "FRAMES = 200_000",
        (f"{ABUSE}::test_a_traceback_of_a_very_deep_recursion_is_bounded",),
    ),
    Guard(
        ("29",),
        "messages of exceptions are cut",
        "backend/executor/worker/tracebacks.py",
        "return text if len(text) <= limit else",
        "return text if True else",
        (f"{ABUSE}::test_a_huge_message_is_cut_and_tells_its_size",),
    ),
    Guard(
        ("30",),
        "an error before the code runs is the execution's",
        "backend/executor/worker/ipython_shell.py",
        "error = result.error_before_exec or result.error_in_exec",
        "error = result.error_in_exec",
        (f"{EXECUTION}::test_a_syntax_error[ipython]",),
    ),
    Guard(
        ("30",),
        "code too long for a frame is rejected",
        "backend/executor/session.py",
        "if len(submission.code) > CODE_LIMIT:",
        "if False:",
        (f"{EXECUTION}::test_code_too_long_for_any_frame_is_rejected",),
    ),
    Guard(
        ("32",),
        "signal handlers of the code's own rest between executions",
        "backend/executor/worker/gate.py",
        "if self._gate.open:\n            return",
        "if True:\n            return",
        (
            f"{ABUSE}::test_a_signal_between_executions_is_the_next_ones",
            "tests/unit/executor/test_gate.py"
            "::test_handlers_of_code_rest_between_executions_and_their_signals_come_once_later",
        ),
    ),
    Guard(
        ("32",),
        "a signal that came between executions is raised again in the next one",
        "backend/executor/worker/gate.py",
        "self._raise_signal(self.deferred.popitem()[0])",
        "self.deferred.popitem()",
        (f"{ABUSE}::test_a_signal_between_executions_is_the_next_ones",),
    ),
    Guard(
        ("32",),
        "what one handler of the code's own raises keeps no other from its turn",
        "backend/executor/worker/gate.py",
        "finally:\n                self._deliver()",
        "finally:\n                pass",
        (f"{GATE}::test_what_one_handler_raises_keeps_no_other_from_its_turn",),
    ),
    Guard(
        ("32",),
        "a handler of ours that code replaced is ours again",
        "backend/executor/worker/streams.py",
        "self.pusher.install()",
        "pass",
        (f"{ABUSE}::test_output_that_is_held_back_comes_whatever_code_did_to_its_signal",),
    ),
    Guard(
        ("32",),
        "trace and profile functions of the code's own end with it",
        "backend/executor/worker/loop.py",
        "self.repair.calm()",
        "pass",
        (f"{ABUSE}::test_a_trace_or_profile_function_ends_with_its_execution",),
    ),
)
