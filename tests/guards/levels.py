"""Guards of the levels of isolation, and of what is left behind when a process of ours is killed."""

from __future__ import annotations

from tests.guards.guard import Guard
from tests.guards.rows import LEVELS

PROBE = "tests/unit/executor/isolation/test_probe.py"
DENIED = f"{PROBE}::test_what_is_forbidden_is_denied"
HOLDS = f"{PROBE}::test_the_level_holds"
SANDBOX = "tests/unit/executor/isolation/test_sandbox.py"
SECCOMP = "tests/unit/executor/isolation/test_seccomp.py"
UNAVAILABLE = "tests/unit/executor/isolation/test_unavailable.py"
PLACE = "tests/unit/executor/test_place.py"
ORDINARY = "tests/ordinary/test_levels.py"
LIMITS = "tests/unit/executor/test_limits.py"
REAPER = "tests/unit/executor/test_reaper.py"
NURSERY = "tests/unit/executor/test_nursery.py"
ENDS = "tests/contract/test_ends.py"

PROCESS = (
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
)

CONFINED = (
    Guard(
        (LEVELS,),
        "Landlock",
        "backend/executor/worker/confine/levels.py",
        "landlock.restrict([*self._read, *SOURCES], write, DEVICES)",
        "pass",
        (f"{DENIED}[confined]", f"{HOLDS}[confined]", f"{ORDINARY}::test_what_is_outside_is_denied[confined]"),
    ),
    Guard(
        (LEVELS,),
        "Landlock keeps signals and abstract sockets within",
        "backend/executor/worker/confine/landlock.py",
        "SCOPES if version >= 6 else 0",
        "0",
        (f"{DENIED}[confined]",),
    ),
    Guard(
        (LEVELS,),
        "Landlock denies TCP",
        "backend/executor/worker/confine/landlock.py",
        "TCP if version >= 4 else 0",
        "0",
        ("tests/unit/executor/isolation/test_landlock.py::test_tcp_is_denied",),
    ),
    Guard(
        (LEVELS,),
        "the system call filter",
        "backend/executor/worker/confine/levels.py",
        "seccomp.install()",
        "pass",
        (f"{DENIED}[confined]", f"{HOLDS}[confined]"),
    ),
    Guard(
        (LEVELS,),
        "the filter sees the flags of clone",
        "backend/executor/worker/confine/seccomp.py",
        "Step(ANY_BIT, 0, 1, NAMESPACES)",
        "Step(ANY_BIT, 1, 1, NAMESPACES)",
        (f"{DENIED}[confined]", f"{SECCOMP}::test_namespaces_by_clone_are_denied"),
    ),
    Guard(
        (LEVELS,),
        "the filter hides clone3, whose flags it cannot see",
        "backend/executor/worker/confine/seccomp.py",
        "Step(EQUAL, 0, 1, CLONE3[which])",
        "Step(EQUAL, 1, 1, CLONE3[which])",
        (f"{SECCOMP}::test_calls_are_answered",),
    ),
    Guard(
        (LEVELS,),
        "the filter denies pairs of datagram sockets: each could send to any by its path",
        "backend/executor/worker/confine/seccomp.py",
        "Step(EQUAL, 0, 8, SOCKETPAIR[which])",
        "Step(EQUAL, 8, 8, SOCKETPAIR[which])",
        (f"{SECCOMP}::test_only_pairs_of_connected_sockets_are_allowed",),
    ),
    Guard(
        (LEVELS,),
        "the filter denies typing into a terminal",
        "backend/executor/worker/confine/seccomp.py",
        "Step(EQUAL, 0, 5, IOCTL[which])",
        "Step(EQUAL, 5, 5, IOCTL[which])",
        (f"{SECCOMP}::test_typing_into_a_terminal_is_denied",),
    ),
    Guard(
        (LEVELS,),
        "the filter knows one way into the kernel only",
        "backend/executor/worker/confine/seccomp.py",
        "Step(EQUAL, 1, 0, AUDIT[machine])",
        "Step(EQUAL, 1, 1, AUDIT[machine])",
        (f"{SECCOMP}::test_other_ways_into_the_kernel_are_closed",),
    ),
    Guard(
        (LEVELS,),
        "no capability is left",
        "backend/executor/worker/confine/levels.py",
        "capabilities.drop_all()\n            landlock",
        "landlock",
        (f"{DENIED}[confined]", f"{PLACE}::test_a_confined_session_of_root_has_no_capability"),
    ),
    Guard(
        (LEVELS,),
        "the capabilities of a new user namespace are given up at process too",
        "backend/executor/worker/confine/levels.py",
        "if self.own_users:\n            capabilities.drop_all()",
        "pass",
        (
            f"{PLACE}::test_capabilities_of_the_namespace_are_gone",
            f"{ORDINARY}::test_files_are_at_mnt_data_and_no_capability_is_left[process]",
        ),
    ),
    Guard(
        (LEVELS,),
        "and do not come back with a program",
        "backend/executor/worker/confine/capabilities.py",
        "kernel.prctl(kernel.PR_CAPBSET_DROP, number)",
        "pass",
        (f"{PLACE}::test_capabilities_of_the_namespace_are_gone",),
    ),
    Guard(
        (LEVELS,),
        "a view that fails half way leaves no capability",
        "backend/executor/worker/confine/mounts.py",
        "if alone:\n            capabilities.drop_all()\n        raise",
        "raise",
        (f"{PLACE}::test_a_view_that_fails_half_way_leaves_no_capability",),
    ),
    Guard(
        (LEVELS,),
        "all that is not the session's is read-only: rights and times of files stay",
        "backend/executor/worker/confine/levels.py",
        "mounts.read_only_but(dict.fromkeys(places))",
        "pass",
        (f"{DENIED}[confined]",),
    ),
    Guard(
        (LEVELS, "37"),
        "a confined session has shared memory, and of its own",
        "backend/executor/worker/confine/levels.py",
        "mounts.own_shared_memory()\n            self._shared = True",
        "pass",
        ("tests/unit/executor/isolation/test_shared_memory.py::test_locks_of_multiprocessing_work",),
    ),
    Guard(
        (LEVELS,),
        "its shared memory is nobody else's",
        "backend/executor/worker/confine/levels.py",
        "mounts.own_shared_memory()\n            self._shared = True",
        "self._shared = True",
        ("tests/unit/executor/isolation/test_shared_memory.py::test_nobody_else_sees_it",),
    ),
    Guard(
        (LEVELS,),
        "a private view is not seen outside",
        "backend/executor/worker/confine/mounts.py",
        'mount("none", "/", "none", SLAVE | RECURSIVE)',
        "pass",
        (f"{PLACE}::test_mounts_of_a_session_are_not_seen_outside",),
    ),
)

SEALED = (
    Guard(
        (LEVELS,),
        "a sandbox has namespaces of its own",
        "backend/executor/isolation/bubblewrap.py",
        '"--unshare-all",',
        "",
        (f"{DENIED}[sealed]", f"{HOLDS}[sealed]"),
    ),
    Guard(
        (LEVELS,),
        "the worker joins its network",
        "backend/executor/worker/confine/sandbox.py",
        '    ("net", kernel.CLONE_NEWNET),\n',
        "",
        (f"{SANDBOX}::test_code_is_in_no_namespace_of_ours",),
    ),
    Guard(
        (LEVELS,),
        "the worker is born among its processes",
        "backend/executor/worker/confine/sandbox.py",
        "for fd, kind in ((owner, kernel.CLONE_NEWUSER), (pids, kernel.CLONE_NEWPID)):",
        "for fd, kind in ((owner, kernel.CLONE_NEWUSER),):",
        (f"{SANDBOX}::test_code_is_in_no_namespace_of_ours",),
    ),
    Guard(
        (LEVELS,),
        "the sandbox ends when the app is gone",
        "backend/executor/isolation/bubblewrap.py",
        "exec 3<&0; cat <&3 >/dev/null & echo; wait $!",
        "echo; while :; do sleep 1000; done",
        (f"{SANDBOX}::test_when_app_nursery_and_keeper_are_killed_at_once_all_is_gone",),
    ),
    Guard(
        (LEVELS, "21"),
        "the sandbox ends with its session, and its daemons with it",
        "backend/executor/worker/keeper.py",
        "sandbox.end(self.held)",
        "pass",
        (f"{SANDBOX}::test_a_keeper_ends_the_sandbox_with_its_session",),
    ),
    Guard(
        (LEVELS,),
        "a bwrap of the current folder is not taken",
        "backend/executor/isolation/bubblewrap.py",
        "if not folder.is_absolute() or (folder.is_relative_to(here) and not trusted):",
        "if False:",
        (f"{UNAVAILABLE}::test_a_bwrap_of_the_current_folder_is_not_taken",),
    ),
    Guard(
        (LEVELS,),
        "a bwrap that says nothing is given up",
        "backend/executor/isolation/bubblewrap.py",
        "async with asyncio.timeout(START_LIMIT):",
        "async with asyncio.timeout(None):",
        (f"{SANDBOX}::test_a_bwrap_that_says_nothing_is_given_up_and_killed",),
    ),
)

REFUSALS = (
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

ORPHANS = (
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
        (f"{NURSERY}::test_a_keeper_killed_by_code_takes_its_session_only",),
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
        "if self.lifeline.fileno() in ready and not self.serve():\n                self.end(None)",
        "if self.lifeline.fileno() in ready:\n                self.serve()",
        (f"{ENDS}::test_ending_a_session_leaves_no_process_of_it",),
    ),
)

GUARDS = (*PROCESS, *CONFINED, *SEALED, *REFUSALS, *ORPHANS)
