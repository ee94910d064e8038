"""Guards of rows 1 to 6: the worker dies."""

from __future__ import annotations

from tests.guards.guard import Guard

DEATH = "tests/contract/test_death.py"
TOLD = f"{DEATH}::test_a_death_is_told_in_one_sentence_and_answered_by_a_fresh_worker"
FAULT = f"{DEATH}::test_a_fault_names_its_line_and_keeps_its_report"
IDLE = f"{DEATH}::test_an_idle_death_is_seen_within_a_second"
STARVED = "tests/unit/executor/test_starved.py::test_signal_9_for_want_of_memory"
MEMORY = "tests/contract/test_memory.py"
NURSERY = "tests/unit/executor/test_nursery.py"

GUARDS = (
    Guard(
        ("1", "3"),
        "the keeper tells the signal that ended the worker",
        "backend/executor/worker/keeper.py",
        "number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None",
        "number = None",
        (f"{TOLD}[ipython-kill]", f"{TOLD}[plain-segfault]", f"{TOLD}[ipython-abort]"),
    ),
    Guard(
        ("1",),
        "what is still in the pipes when the worker dies is taken",
        "backend/executor/link.py",
        "self._plumbing.drain_all()",
        "pass",
        ("tests/unit/executor/test_output.py::test_what_is_in_the_pipes_at_a_death_is_taken",),
    ),
    Guard(
        ("1",),
        "a death in an execution says that the variables are gone",
        "backend/executor/outcomes.py",
        "duration_ms=turn.elapsed_ms,\n        state_lost=True,",
        "duration_ms=turn.elapsed_ms,\n        state_lost=False,",
        (f"{TOLD}[ipython-kill]",),
    ),
    Guard(
        ("1",),
        "a worker that nobody could end is not used again",
        "backend/executor/session.py",
        "self.life.link = None",
        "pass",
        (f"{NURSERY}::test_a_session_goes_on_without_a_worker_that_nobody_can_end",),
    ),
    Guard(
        ("1",),
        "a kill is put down to memory only if the kernel killed for memory",
        "backend/executor/link.py",
        "death.out_of_memory_kills() > self._starved",
        "True",
        (f"{STARVED}[much and no kill]",),
    ),
    Guard(
        ("1",),
        "a kill is put down to memory only if the worker held much of it",
        "backend/executor/link.py",
        "death.near_limit(peak)",
        "True",
        (f"{STARVED}[little and a kill]",),
    ),
    Guard(
        ("2",),
        "the limit of memory (weakened: four times as much)",
        "backend/executor/worker/limits.py",
        'int(request.get("memory_limit") or',
        '4 * int(request.get("memory_limit") or',
        (f"{MEMORY}::test_what_does_not_fit_is_not_given",),
    ),
    Guard(
        ("2",),
        "without a limit of the user's most of the machine is one",
        "backend/executor/worker/limits.py",
        "SHARE = 0.8",
        "SHARE = 0.0",
        (f"{MEMORY}::test_the_limit_without_any_is_less_than_the_machine_has",),
    ),
    Guard(
        ("3",),
        "faults are reported on a descriptor of their own",
        "backend/executor/worker/streams.py",
        "faulthandler.enable(file=self._faults, all_threads=False)",
        "pass",
        (f"{FAULT}[ipython-segfault]", f"{FAULT}[plain-abort]"),
    ),
    Guard(
        ("3",),
        "the sentence names the line of the code",
        "backend/executor/death.py",
        "({name}){self.line()}",
        "({name})",
        (f"{FAULT}[ipython-segfault]",),
    ),
    Guard(
        ("3",),
        "the outcome of a fault has its report",
        "backend/executor/outcomes.py",
        "error=death.error(),",
        "error=None,",
        (f"{FAULT}[ipython-abort]",),
    ),
    Guard(
        ("4",),
        "the keeper tells the code that the worker ended with",
        "backend/executor/worker/keeper.py",
        "code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None",
        "code = None",
        (f"{TOLD}[ipython-exit]",),
    ),
    Guard(
        ("5",),
        "after three deaths in thirty seconds no worker is started ahead",
        "backend/executor/life.py",
        "self._deaths[-1] - self._deaths[0] < DEATHS_WITHIN",
        "False",
        (f"{NURSERY}::test_deaths_in_a_row_do_not_spin",),
    ),
    Guard(
        ("5",),
        "an interpreter that cannot start is quoted",
        "backend/executor/nursery.py",
        "raise self._cannot(reason or self._last_words())",
        'raise self._cannot(reason or "it ended")',
        (
            f"{NURSERY}::test_a_script_that_is_no_interpreter_cannot_start[exits]",
            f"{NURSERY}::test_a_script_that_is_no_interpreter_cannot_start[speaks and exits]",
        ),
    ),
    Guard(
        ("5",),
        "a nursery that could not start is given up, and the next try is a new one",
        "backend/executor/local.py",
        "self._nursery = self._new_nursery()\n                nursery.discard()",
        "pass",
        (f"{NURSERY}::test_an_interpreter_that_is_repaired_can_start",),
    ),
    Guard(
        ("6",),
        "a death while idle is told to who watches",
        "backend/executor/life.py",
        'self._watchers.change(SessionState.LOST, f"{death.sentence()} Its variables are gone.")',
        "pass",
        (IDLE,),
    ),
    Guard(
        ("1", "6"),
        "after a death the next execution gets another worker",
        "backend/executor/life.py",
        "self.link = None\n        self.state_lost = True",
        "self.state_lost = True",
        (IDLE,),
    ),
    Guard(
        ("6",),
        "a death while idle is marked at the next execution",
        "backend/executor/life.py",
        "self.link = None\n        self.state_lost = True",
        "self.link = None",
        (IDLE,),
    ),
)
