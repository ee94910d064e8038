"""What sealed sessions are kept from."""

from __future__ import annotations

from tests.guards.guard import Guard
from tests.guards.rows import LEVELS
from tests.guards.table.named import DENIED, HOLDS, SANDBOX, UNAVAILABLE

GUARDS = (
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
        (LEVELS, "12"),
        "its first process collects orphans that ended, which would count against the session",
        "backend/executor/isolation/bubblewrap.py",
        "exec 3<&0; cat <&3 >/dev/null & echo; wait $!",
        "exec 3<&0; echo; exec cat <&3 >/dev/null",
        (f"{SANDBOX}::test_orphans_that_ended_are_collected",),
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
