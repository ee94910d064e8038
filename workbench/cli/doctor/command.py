"""`workbench doctor`: what is there, what is missing, and what to do about it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator

import click

from backend.errors import WorkbenchError
from backend.executor.isolation.levels import WARNING
from workbench.cli import codes
from workbench.cli.doctor.finding import Finding, Grade
from workbench.cli.options import target_options
from workbench.config.load import Loaded, load_settings
from workbench.config.paths import Paths, find_paths
from workbench.sanitize import sanitize
from workbench.setup import prepare


@click.command("doctor", epilog=WARNING)
@target_options
@click.option(
    "--wait",
    is_flag=True,
    help="Ask a remote target until it lets you in, for 15 minutes: a new role takes some to be in force.",
)
def command(wait: bool, **flags: str | None) -> int:
    """Check config, interpreter, isolation levels, terminal, and the target.

    Exit codes: 0 nothing is wrong, 2 the configuration is, 3 the target is.

    \b
    Examples:
      workbench doctor
      workbench doctor --python ~/project/.venv
      workbench doctor --profile pool
      workbench doctor --profile pool --wait
    """
    return asyncio.run(_report(flags, wait=wait))


async def _report(flags: dict[str, str | None], *, wait: bool) -> int:
    worst = codes.SUCCESS
    async for finding in _findings(flags, wait=wait):
        line = f"{finding.grade.value:<5} {finding.what:<12} {finding.text}"
        click.echo(sanitize(line))
        if finding.remedy:
            click.echo(sanitize(f"{'':<18} {finding.remedy}"))
        for row in finding.table:
            click.echo(sanitize(f"{'':<5} {row}"))
        worst = worst or finding.code
    return worst


async def _findings(flags: dict[str, str | None], *, wait: bool) -> AsyncIterator[Finding]:
    paths = find_paths(os.environ)
    from workbench.commands.table import COMMANDS

    loaded = load_settings(paths, os.environ, flags, COMMANDS)
    for finding in (*_config(paths, loaded), *_themes(paths, loaded)):
        yield finding
    for finding in _terminal():
        yield finding
    if loaded.problems:
        return
    try:
        setup = prepare(flags)
    except WorkbenchError as error:
        yield Finding(Grade.BAD, "directories", error.message, error.hint, error.exit_code)
        return
    yield Finding(Grade.GOOD, "directories", f"data {paths.data}, state {paths.state}")
    async with setup.history() as history:
        notice = history.notice
        yield Finding(Grade.NOTE if notice else Grade.GOOD, "history", notice or str(paths.history))
    if setup.target.kind == "local":
        from workbench.cli.doctor.local import findings

        async for finding in findings(setup.target):
            yield finding
    else:
        from workbench.cli.doctor.remote import findings as remote_findings

        async for finding in remote_findings(setup.target, wait=wait):
            yield finding


def _config(paths: Paths, loaded: Loaded) -> list[Finding]:
    if loaded.problems:
        remedy = "Correct it, or take the line out to use its default."
        return [
            Finding(Grade.BAD, "config", str(problem), remedy, codes.USAGE) for problem in loaded.problems
        ]
    there = paths.config_file.is_file()
    text = str(paths.config_file) if there else f"defaults; {paths.config_file} does not exist"
    return [Finding(Grade.GOOD, "config", text)]


def _themes(paths: Paths, loaded: Loaded) -> list[Finding]:
    from workbench.theming.load import load_themes

    themes = load_themes(paths.themes)
    name = loaded.settings.theme
    _, problem = themes.choose(name)
    findings = [
        Finding(Grade.NOTE, "theme", text, f"Mend it in {paths.themes}; the other themes work.")
        for text in themes.problems
    ]
    if problem:
        remedy = f"Themes are: {', '.join(themes.themes)}."
        return [*findings, Finding(Grade.BAD, "theme", problem, remedy, codes.USAGE)]
    return [*findings, Finding(Grade.GOOD, "theme", name)]


def _terminal() -> list[Finding]:
    term = os.environ.get("TERM", "")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return [Finding(Grade.NOTE, "terminal", "none here: the app needs one, run and history do not")]
    if term in ("", "dumb"):
        remedy = "Set TERM to what your terminal is, for example xterm-256color."
        return [Finding(Grade.NOTE, "terminal", f"TERM is {term or 'not set'}", remedy)]
    from workbench.terminal.capabilities import GLYPHS, TRUE_COLOUR, around, ascii_reason, colours

    count = colours(os.environ)
    said = {0: "no colours", TRUE_COLOUR: "true colour"}.get(count, f"{count} colours")
    through = "".join(f", in {name}" if name != "ssh" else ", over ssh" for name in around(os.environ))
    few = count in (16, 256)
    remedy = "If it has true colour, set COLORTERM=truecolor." if few else ""
    findings = [
        Finding(Grade.NOTE if count == 16 else Grade.GOOD, "terminal", f"{term}, {said}{through}", remedy)
    ]
    reason = ascii_reason(os.environ)
    if reason:
        remedy = f"Set LANG to a UTF-8 locale, for example C.UTF-8, or {GLYPHS}=unicode."
        findings.append(Finding(Grade.NOTE, "signs", f"ASCII only: {reason}", remedy))
    return findings
