"""Row 31: code that asks; and what is asked of a session beside its executions."""

from __future__ import annotations

from tests.guards.guard import Guard
from tests.guards.table.named import ABUSE, EXECUTION, INPUT, INSPECTION, PROTOCOL

GUARDS = (
    Guard(
        ("31",),
        "code that nobody watches cannot ask",
        "backend/executor/worker/talk.py",
        "if not (self.here() and self._gate.open and self._interactive and self.execution is not None):",
        "if not self.here():",
        (
            f"{EXECUTION}::test_asking_for_input_fails_at_once_with_a_hint",
            f"{INPUT}::test_with_nobody_to_ask_it_raises_at_once",
        ),
    ),
    Guard(
        ("31",),
        "threads and children cannot ask",
        "backend/executor/worker/talk.py",
        "return bool(self._getpid() == self._pid and self._thread() == self._main)",
        "return True",
        (f"{INPUT}::test_threads_and_children_cannot_ask",),
    ),
    Guard(
        ("31",),
        "a question that nobody allowed ends the worker",
        "backend/executor/session.py",
        "if not (turn.job.submission.interactive and isinstance",
        "if not (isinstance",
        (f"{PROTOCOL}::test_a_forged_question_ends_its_worker",),
    ),
    Guard(
        ("31",),
        "input() is ours",
        "backend/executor/worker/standard_input.py",
        "builtins.input = self.input",
        "pass",
        (f"{INPUT}::test_input_is_answered",),
    ),
    Guard(
        ("31",),
        "so is getpass()",
        "backend/executor/worker/standard_input.py",
        "getpass.getpass = self.getpass",
        "pass",
        (f"{INPUT}::test_getpass_asks_for_a_secret",),
    ),
    Guard(
        ("31",),
        "a question of code whose reader has left is answered with the end of input",
        "backend/executor/session.py",
        "if turn.job.detached:",
        "if False:",
        (f"{INPUT}::test_code_whose_reader_has_left_finds_the_end_of_input",),
    ),
    Guard(
        ("31",),
        "a reader that leaves a question answers it with the end of input",
        "backend/executor/local.py",
        "job.detach()\n            await self.answer(session, submission.id, None)",
        "job.detach()",
        (f"{INPUT}::test_a_reader_that_leaves_ends_the_input",),
    ),
    Guard(
        ("31",),
        "an answer to a question that was given up goes nowhere",
        "backend/executor/worker/talk.py",
        'if line.get("op") == "line" and line.get("number") == number:',
        'if line.get("op") == "line":',
        (f"{INPUT}::test_an_answer_that_crosses_the_next_question_is_not_its",),
    ),
    Guard(
        ("31",),
        "descriptor 0 is the null device again before each execution",
        "backend/executor/worker/streams.py",
        "self._dup2(self._null, 0)",
        "pass",
        (f"{ABUSE}::test_programs_find_the_end_of_input_whatever_code_did_to_descriptor_0",),
    ),
    Guard(
        ("31", "23"),
        "completions and inspections that take too long are given up",
        "backend/executor/completion.py",
        "LIMIT = 0.05",
        "LIMIT = 5.0",
        (
            f"{INSPECTION}::test_a_repr_that_never_ends_is_given_up",
            f"{ABUSE}::test_a_completion_that_hangs_costs_neither_time_nor_state",
        ),
    ),
    Guard(
        ("23", "10"),
        "what is given up is interrupted by its name",
        "backend/executor/completion.py",
        "link.interrupt(self._name())",
        "pass",
        (
            f"{INSPECTION}::test_a_repr_that_never_ends_is_given_up",
            f"{ABUSE}::test_a_completion_that_hangs_costs_neither_time_nor_state",
        ),
    ),
    Guard(
        ("23",),
        "properties are not computed to be shown",
        "backend/executor/worker/inspection.py",
        "found = static if isinstance(static, property) else getattr(found, part, _MISSING)",
        "found = getattr(found, part, _MISSING)",
        (f"{INSPECTION}::test_properties_are_not_computed",),
    ),
    Guard(
        ("38",),
        "executions that wait are bounded",
        "backend/line.py",
        "if len(self._jobs) >= ROOM:",
        "if False:",
        ("tests/contract/test_queue.py::test_a_full_queue_rejects_and_the_rest_goes_on",),
    ),
)
