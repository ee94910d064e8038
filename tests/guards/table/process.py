"""What sessions are kept from at every level, and that no weaker level takes the place of another."""

from __future__ import annotations

from tests.guards.guard import Guard
from tests.guards.rows import LEVELS
from tests.guards.table.named import LIMITS, ORDINARY, PROBE, UNAVAILABLE

GUARDS = (
    Guard(
        (LEVELS,),
        "sessions get an allow-list of the environment",
        "backend/executor/environment.py",
        "if name in ALLOWED or name.startswith(PREFIXES)}",
        "}",
        (f"{LIMITS}::test_the_environment_is_an_allow_list",),
    ),
    Guard(
        (LEVELS,),
        "so does the nursery, whose memory every worker has a copy of",
        "backend/executor/nursery.py",
        "environment = nursery_environment()",
        "environment = dict(os.environ)",
        (f"{LIMITS}::test_the_environment_is_an_allow_list",),
    ),
    Guard(
        (LEVELS,),
        "a session has a home and a folder for temporary files of its own",
        "backend/executor/environment.py",
        '"HOME": str(home),\n        "TMPDIR": str(temporary),',
        "",
        (f"{LIMITS}::test_home_and_temporary_files_are_the_sessions_own",),
    ),
    Guard(
        (LEVELS,),
        "the app's memory is kept from code of the same user",
        "backend/executor/nursery.py",
        "undumpable.become()",
        "pass",
        (f"{ORDINARY}::test_the_apps_environment_and_memory_are_not_to_be_read",),
    ),
    Guard(
        (LEVELS,),
        "a worker is first in line when memory runs out",
        "backend/executor/worker/limits.py",
        'os.write(fd, b"1000")',
        "pass",
        (f"{LIMITS}::test_a_worker_is_first_in_line_when_memory_runs_out",),
    ),
    Guard(
        (LEVELS,),
        "a worker dumps no core",
        "backend/executor/worker/limits.py",
        "_limit(resource.RLIMIT_CORE, 0)\n",
        "\n",
        (f"{LIMITS}::test_no_core_is_dumped",),
    ),
    Guard(
        (LEVELS,),
        "files have a largest size",
        "backend/executor/worker/limits.py",
        "_limit(resource.RLIMIT_FSIZE, LARGEST_FILE, final)",
        "pass",
        (f"{LIMITS}::test_files_have_a_largest_size",),
    ),
    Guard(
        (LEVELS,),
        "a worker has a session of its own, without a terminal",
        "backend/executor/worker/process.py",
        "os.setsid()",
        "os.setpgrp()",
        (f"{LIMITS}::test_a_worker_leads_a_session_of_its_own",),
    ),
    Guard(
        (LEVELS,),
        "a worker has no descriptor of the nursery's",
        "backend/executor/worker/process.py",
        "_close_others({cradle.fileno(), door.fd})",
        "pass",
        (f"{LIMITS}::test_a_worker_has_no_descriptor_of_the_nurserys",),
    ),
    Guard(
        (LEVELS,),
        "a probe that leaks makes its level unavailable",
        "backend/executor/isolation/probe.py",
        "    if leaks:\n",
        "    if False:\n",
        (f"{PROBE}::test_one_leak_is_enough",),
    ),
    Guard(
        (LEVELS,),
        "a level that cannot be had is refused, never weakened",
        "backend/executor/isolation/verdicts.py",
        "if not verdict.available:",
        "if False:",
        (
            f"{UNAVAILABLE}::test_asked_for_and_missing_is_an_error_and_never_a_weaker_session",
            f"{UNAVAILABLE}::test_auto_without_anything_is_process_and_says_so",
        ),
    ),
    Guard(
        (LEVELS,),
        "a worker that cannot enter its level refuses its session",
        "backend/executor/worker/confine/levels.py",
        'raise Refused("The level %s cannot be entered: %s." % (self.level, error)) from None',
        "pass",
        (f"{UNAVAILABLE}::test_a_level_that_fails_in_the_last_step_is_refused_by_the_worker",),
    ),
    Guard(
        (LEVELS,),
        "a refusal is told with its reason",
        "backend/executor/worker/process.py",
        'wire.send({"event": "refused", "reason": str(error)})',
        "pass",
        (f"{UNAVAILABLE}::test_a_level_that_is_lost_later_is_refused_by_the_worker",),
    ),
)
