"""Row 12: code that takes all there is, and what is left when a process of ours is killed."""

from __future__ import annotations

from tests.guards.guard import Guard
from tests.guards.table.named import BOMB, ENDS, NURSERY, REAPER, SPAWNING

GUARDS = (
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
        "body = SESSION % (self.neighbours.limit(), body)",
        "body = SESSION % (4 * self.neighbours.limit(), body)",
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
    Guard(
        ("7", "12", "21"),
        "a worker dies with its keeper",
        "backend/executor/worker/reaper.py",
        "prctl(PR_SET_PDEATHSIG, signal.SIGKILL)",
        "pass",
        (f"{REAPER}::test_a_worker_dies_with_its_keeper_though_the_nursery_stands_still",),
    ),
    Guard(
        ("7", "12", "21"),
        "a keeper inherits what its worker leaves behind",
        "backend/executor/worker/keeper.py",
        "reaper.become_subreaper()\n",
        "pass\n",
        (f"{REAPER}::test_a_keeper_ends_daemons_though_the_nursery_stands_still",),
    ),
    Guard(
        ("7", "12", "21"),
        "the nursery inherits what a killed keeper leaves behind",
        "backend/executor/worker/nursery.py",
        "subreaper = reaper.become_subreaper()",
        "subreaper = False",
        (f"{SPAWNING}::test_a_keeper_killed_by_code_leaves_nothing_where_nothing_is_rehearsed",),
    ),
    Guard(
        ("7", "12", "21"),
        "and ends it",
        "backend/executor/worker/nursery.py",
        "reaper.kill_families([pid for pid in reaper.children() if pid not in self.keepers])",
        "pass",
        (f"{NURSERY}::test_a_keeper_killed_by_code_takes_its_session_only",),
    ),
    Guard(
        ("7", "12", "21"),
        "a nursery whose app is gone ends keepers that stand still",
        "backend/executor/worker/nursery.py",
        "reaper.kill_descendants()\n        os._exit(0)",
        "os._exit(0)",
        (f"{REAPER}::test_a_nursery_whose_app_is_gone_ends_a_keeper_that_stands_still",),
    ),
    Guard(
        ("21",),
        "a keeper whose app is gone ends its session",
        "backend/executor/worker/keeper.py",
        "elif not self.serve():\n                    return None",
        "else:\n                    self.serve()",
        (f"{ENDS}::test_ending_a_session_leaves_no_process_of_it",),
    ),
)
