"""Guards of rows 7 to 12: code that refuses to stop, and code that takes all there is."""

from __future__ import annotations

from tests.guards.guard import Guard

STOPPING = "tests/contract/test_stopping.py"
IGNORES = f"{STOPPING}::test_code_that_ignores_interrupts_is_ended_within_five_seconds"
IN_C = f"{STOPPING}::test_c_code_that_never_looks_for_signals_is_ended"
STOPS = f"{STOPPING}::test_an_interrupt_stops_code_and_keeps_its_variables"
NEVER_NEXT = f"{STOPPING}::test_an_interrupt_never_hits_the_next_execution"
LIMITED = f"{STOPPING}::test_a_time_limit_ends_as_timed_out_and_keeps_state"
CATCHES = f"{STOPPING}::test_code_that_catches_the_time_limit_gains_nothing"
NURSERY = "tests/unit/executor/test_nursery.py"
ENDS = "tests/contract/test_ends.py"
LEAVES = f"{ENDS}::test_ending_a_session_leaves_no_process_of_it"
GATE = "tests/unit/executor/test_gate.py"
JOB = "tests/unit/executor/test_job.py"
NEXT_WORKS = "tests/unit/executor/test_abuse.py::test_the_next_execution_works"
REAPER = "tests/unit/executor/test_reaper.py"
BOMB = "tests/ordinary/test_bombs.py::test_a_bomb_fails_and_others_answer"
PROTOCOL = "tests/unit/executor/test_protocol.py"

LADDER = (
    Guard(
        ("7", "8"),
        "two seconds after SIGINT comes SIGKILL",
        "backend/executor/turn.py",
        "GRACE = 2.0",
        "GRACE = 50.0",
        (f"{IGNORES}[ipython-deaf]", f"{IGNORES}[ipython-catching]", f"{IGNORES}[plain-masked]", IN_C),
    ),
    Guard(
        ("7", "8"),
        "the keeper kills the worker when it is told",
        "backend/executor/worker/keeper.py",
        "os.kill(self.worker, signal.SIGKILL)",
        "pass",
        (f"{IGNORES}[ipython-deaf]",),
    ),
    Guard(
        ("7",),
        "the kill is shown",
        "backend/executor/turn.py",
        "self.job.stage(Stage.KILLING)",
        "pass",
        (f"{IGNORES}[ipython-deaf]",),
    ),
    Guard(
        ("7",),
        "a second wish to stop goes to SIGKILL at once",
        "backend/executor/turn.py",
        "if await self._hear(wait):\n                break",
        "await self._hear(wait)",
        (f"{STOPPING}::test_a_second_interrupt_kills_at_once",),
    ),
    Guard(
        ("7",),
        "where the keeper does not answer the nursery is asked to end it",
        "backend/executor/turn.py",
        "for push in (self._link.kill, self._link.force):",
        "for push in (self._link.kill,):",
        (f"{NURSERY}::test_a_stopped_keeper_does_not_stop_the_ladder",),
    ),
    Guard(
        ("7",),
        "the nursery ends a keeper that does not answer",
        "backend/executor/worker/nursery.py",
        'reaper.kill(request["pid"])',
        "pass",
        (f"{NURSERY}::test_a_stopped_keeper_does_not_stop_the_ladder",),
    ),
    Guard(
        ("7",),
        "children are interrupted too: os.system() leaves SIGINT to them",
        "backend/executor/turn.py",
        "self._link.interrupt(self.job.id, group=group)",
        "self._link.interrupt(self.job.id)",
        (f"{STOPS}[ipython-os.system]", f"{STOPS}[plain-os.system]"),
    ),
    Guard(
        ("7", "32"),
        "the handler of SIGINT is ours again before each execution",
        "backend/executor/worker/gate.py",
        "self._signal(signal.SIGINT, self.handle)",
        "pass",
        (f"{NEXT_WORKS}[interrupts ignored]",),
    ),
    Guard(
        ("7", "32"),
        "SIGINT is let through again before each execution",
        "backend/executor/worker/gate.py",
        "self._mask(signal.SIG_UNBLOCK, (signal.SIGINT,))",
        "pass",
        (f"{NEXT_WORKS}[interrupts masked]",),
    ),
    Guard(
        ("7", "21"),
        "the end of a worker ends the whole tree",
        "backend/executor/worker/keeper.py",
        "reaper.kill_descendants(group=self.worker)",
        "pass",
        (LEAVES,),
    ),
)

DEADLINES = (
    Guard(
        ("9",),
        "a time limit is told as one",
        "backend/executor/turn.py",
        "self.timed_out = not heard",
        "self.timed_out = False",
        (LIMITED, CATCHES),
    ),
    Guard(
        ("9",),
        "code that ends by itself beyond its time limit has timed out",
        "backend/executor/outcomes.py",
        "if turn.timed_out:\n        status, message = Status.TIMED_OUT, _limit(turn.job)\n    elif",
        "if",
        (CATCHES,),
    ),
    Guard(
        ("9",),
        "the wait for a kill goes by the monotonic clock",
        "backend/executor/turn.py",
        "deadline = time.monotonic() + seconds\n        while self.answer is None and (left := deadline - time.monotonic())",
        "deadline = time.time() + seconds\n        while self.answer is None and (left := deadline - time.time())",
        (f"{NURSERY}::test_a_clock_that_is_set_back_stops_no_ladder",),
    ),
    Guard(
        ("10",),
        "an interrupt counts only for the execution that it names",
        "backend/executor/worker/gate.py",
        "if self._current is None or self._current not in names:",
        "if self._current is None:",
        (f"{GATE}::test_only_the_named_execution_is_interrupted_and_once", f"{NEVER_NEXT}[plain]"),
    ),
    Guard(
        ("10",),
        "no interrupt counts between executions",
        "backend/executor/worker/gate.py",
        '"""The execution is over."""\n        self._current = None',
        '"""The execution is over."""',
        (f"{GATE}::test_nothing_is_interrupted_between_executions",),
    ),
    Guard(
        ("10",),
        "the session stops only the execution that is meant",
        "backend/executor/session.py",
        "if self._job is not None and self._job.id == execution_id:",
        "if self._job is not None:",
        (f"{STOPPING}::test_an_interrupt_for_a_finished_or_unknown_execution_hits_nothing",),
    ),
    Guard(
        ("10",),
        "an interrupt waits while a frame is half sent or received",
        "backend/executor/worker/gate.py",
        "if self._shut:\n            self._pending = True\n        else:\n            self._raise()",
        "self._raise()",
        (
            f"{GATE}::test_an_interrupt_while_the_gate_is_shut_comes_when_it_opens",
            f"{STOPPING}::test_an_interrupt_between_displays_leaves_the_session_whole[ipython-8000000]",
        ),
    ),
    Guard(
        ("11",),
        "nothing comes after the end of an execution",
        "backend/executor/job.py",
        "if self.finished is not None:\n            return",
        "pass",
        (f"{JOB}::test_nothing_comes_after_the_end",),
    ),
    Guard(
        ("11", "36"),
        "a second answer is no answer",
        "backend/executor/session.py",
        'if event == "done" and turn is not None and turn.answer is None',
        'if event == "done" and turn is not None',
        (f"{PROTOCOL}::test_two_ends_at_once_are_one_and_a_broken_protocol",),
    ),
    Guard(
        ("11",),
        "the first of answer and death counts",
        "backend/executor/turn.py",
        "if self.answer is not None:\n            return False",
        "pass",
        (f"{JOB}::test_the_first_of_answer_and_death_counts",),
    ),
)

BOMBS = (
    Guard(
        ("12",),
        "processes of a session are bounded (weakened: four times as many)",
        "backend/executor/worker/limits.py",
        "processes = OWN_PROCESSES if own_users",
        "processes = 4 * OWN_PROCESSES if own_users",
        (
            f"{BOMB}[forks-process]",
            f"{BOMB}[programs-sealed]",
            "tests/ordinary/test_bombs.py::test_threads_are_bounded",
        ),
    ),
    Guard(
        ("12",),
        "without a user namespace of its own a session is counted with its user's others",
        "backend/executor/worker/nursery.py",
        'request.setdefault("processes", self.neighbours.limit())',
        'request.setdefault("processes", 4 * self.neighbours.limit())',
        ("tests/ordinary/test_bombs.py::test_a_bomb_is_bounded_without_a_user_namespace_too",),
    ),
    Guard(
        ("12",),
        "open files of a session are bounded",
        "backend/executor/worker/limits.py",
        "_limit(resource.RLIMIT_NOFILE, OPEN_FILES)",
        "pass",
        ("tests/unit/executor/test_limits.py::test_open_files_are_bounded",),
    ),
    Guard(
        ("12",),
        "what forks faster than it can be killed is stopped first",
        "backend/executor/worker/reaper.py",
        "freeze(descendants)",
        "pass",
        (f"{REAPER}::test_those_that_replace_each_other_are_stopped_before_any_is_killed",),
    ),
    Guard(
        ("12",),
        "freezing goes on until nothing new is found",
        "backend/executor/worker/reaper.py",
        "PASSES = 200",
        "PASSES = 1",
        (f"{REAPER}::test_freezing_goes_on_until_nothing_new_is_found",),
    ),
)

GUARDS = (*LADDER, *DEADLINES, *BOMBS)
