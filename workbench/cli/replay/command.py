"""The command's flags."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import click

from backend.errors import UsageError
from backend.executor.isolation.levels import WARNING
from workbench.cli.options import target_options
from workbench.cli.replay.wish import Wish, report_paths
from workbench.cli.seconds import Seconds
from workbench.replay import rules
from workbench.setup import prepare

MOST_JOBS = 64


@click.command("replay", epilog=WARNING)
@click.argument("what", nargs=-1)
@click.option("--on", "on", metavar="PROFILE", help="Where to run: a profile; the same as --profile.")
@click.option("-q", "--query", default="", metavar="QUERY", help="Also what this query finds in history.")
@click.option("--from", "source", metavar="PROFILE", help="Only executions that ran at this profile.")
@click.option(
    "--plan", "plan_only", is_flag=True, help="Show what would run and what is lacking; run nothing."
)
@click.option("--keep-going", is_flag=True, help="Go on after an execution that differs.")
@click.option("--ignore", multiple=True, metavar="REGEX", help="What this matches in a line does not count.")
@click.option(
    "--count", "without", multiple=True, metavar="RULE", help="Let what a rule of ours ignores count."
)
@click.option("--exact", is_flag=True, help="Let everything count but what --ignore names.")
@click.option(
    "--all-files", is_flag=True, help="Send every file of the session, not only those that code names."
)
@click.option(
    "--keep", is_flag=True, help="Leave the session it ran in; one named by --session is left always."
)
@click.option(
    "--jobs",
    type=click.IntRange(1, MOST_JOBS),
    default=1,
    show_default=True,
    help="So many sessions at once.",
)
@click.option("--timeout", type=Seconds(), help="Time limit of each execution in seconds.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--report", "reports", multiple=True, metavar="FILE", help="Write a report: .json or .md.")
@target_options
def command(
    what: Sequence[str],
    on: str | None,
    query: str,
    source: str | None,
    plan_only: bool,
    keep_going: bool,
    ignore: Sequence[str],
    without: Sequence[str],
    exact: bool,
    all_files: bool,
    keep: bool,
    jobs: int,
    timeout: float | None,
    as_json: bool,
    reports: Sequence[str],
    **flags: str | None,
) -> int:
    """Run past executions again at a target and compare what comes of them.

    WHAT is a session, numbers of one (`analysis:3-7`, `analysis:4`, `3-7` of the default session), or the id
    of an entry. The flags for a target say where it runs: in a session made for it, which goes afterwards,
    unless --session names one. Files that the code names go first, from the session it ran in.

    Status, value, output, error, images and files changed are compared. Times, addresses, ids, temporary
    paths and durations do not count; reports list the rules. It stops at the first execution that differs,
    unless told to go on, and when the target fails. Each execution is an entry of history.

    Exit codes: 0 all equal, 1 something differs, 2 usage, 3 the target failed, 130 interrupted.

    \b
    Examples:
      workbench replay default                         in a fresh local session
      workbench replay analysis --on pool --plan
      workbench replay analysis --on pool --keep-going --report report.md
      workbench replay 3-7 --python ~/new/.venv --ignore 'build \\d+'
      workbench replay --query 'session:nightly' --on pool --jobs 4 --json
    """
    if not what and not query:
        raise UsageError(
            "Say what to run again: a session, numbers, ids, or --query.", "See workbench replay --help."
        )
    if on and flags.get("profile") not in (None, on):
        raise UsageError("--on and --profile name two profiles.", "Give one of them.")
    setup = prepare({**flags, "profile": on or flags.get("profile"), "timeout": timeout})
    chosen = rules.chosen((*setup.settings.replay_ignore, *ignore), without, exact=exact)
    wish = Wish(
        what,
        query,
        source,
        chosen,
        keep_going,
        jobs,
        all_files,
        keep,
        plan_only,
        as_json,
        report_paths(reports),
    )
    from workbench.cli.replay.work import run

    return asyncio.run(run(setup, wish, flags.get("session")))
