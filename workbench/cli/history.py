"""`workbench history`: search and show what was run."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence

import click

from backend.executor.isolation.levels import WARNING
from workbench.cli.options import target_options
from workbench.format import age, duration
from workbench.history.entry import Entry, Summary
from workbench.history.query import parse
from workbench.history.store import History
from workbench.sanitize import sanitize, sanitize_line
from workbench.setup import Setup, prepare

WIDTH = 100


@click.command("history", epilog=WARNING)
@click.argument("query", nargs=-1)
@click.option(
    "--limit", type=click.IntRange(1, 1_000_000), default=20, show_default=True, help="At most so many."
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array of the entries, with their code.")
@click.option("--output", is_flag=True, help="Show code and output of each, not one line.")
@target_options
def command(query: Sequence[str], limit: int, as_json: bool, output: bool, **flags: str | None) -> int:
    """Search and show what was run, the best first; without a QUERY the latest.

    QUERY is words that must all occur in code or output, in any case; words in quotes are one text, and `-`
    before a word, or a field, excludes it (after `--`, where it comes first). The same is typed in the app
    (ctrl+r). Fields are:

    \b
      status:failed,lost      how it ended: ok failed interrupted timed_out died lost rejected
      session: profile:       beginning of the identifier, of the target's name; in quotes the whole
      version:2025            beginning of the API version
      after: before: on:      2026-11-30, 2026-11, 14:30, today, monday, 3d (days ago), 2h, 30m
      file:.csv               part of the name of a file that it changed
      code:word output:word   a word in one of them only
      label:TEXT pinned:      what you marked in the app

    What looks like a field and is none, or has a value that makes no sense, is searched as text.

    \b
    Examples:
      workbench history groupby status:failed after:yesterday
      workbench history -- -status:ok 'file:.csv'
      workbench history --limit 1 --output
      workbench history --json | jq '.[].status'
    """
    setup = prepare(flags)
    asyncio.run(_show(setup, " ".join(query), limit, as_json, output, flags))
    return 0


async def _show(
    setup: Setup, query: str, limit: int, as_json: bool, output: bool, flags: dict[str, str | None]
) -> None:
    async with setup.history() as history:
        await history.check()
        asked = parse(query)
        rows = await history.search(asked, limit, flags.get("session"), flags.get("profile"), ranked=True)
        if asked.hint:
            click.echo(f"workbench: {sanitize(asked.hint)}", err=True)
        if history.notice:
            click.echo(f"workbench: {sanitize(history.notice)}", err=True)
        if as_json:
            await _print_json(history, rows)
        elif output:
            await _print_whole(history, rows)
        else:
            _print_lines(rows, query)
        await setup.upkeep(history)


async def _print_json(history: History, rows: Sequence[Summary]) -> None:
    entries = [entry for row in rows if (entry := await history.get(row.id)) is not None]
    json.dump([{**entry.as_json(), "code": entry.code} for entry in entries], sys.stdout, default=str)
    sys.stdout.write("\n")


def _print_lines(rows: Sequence[Summary], query: str) -> None:
    if not rows:
        hint = (
            "Nothing matches; try fewer words." if query else "Nothing has been run yet: workbench run -c 1+1"
        )
        click.echo(hint, err=True)
    for row in rows:
        first = next((line for line in row.code.splitlines() if line.strip()), "")
        head = f"{row.session} [{row.number}] {row.status.value}"
        took = "" if row.duration_ms is None else duration(row.duration_ms)
        click.echo(
            f"{sanitize_line(head):<32} {took:>10}  {age(row.started_at):>8}  {sanitize_line(first)[:WIDTH]}"
        )


async def _print_whole(history: History, rows: Sequence[Summary]) -> None:
    for row in rows:
        entry = await history.get(row.id)
        if entry is not None:
            click.echo(sanitize(_whole(entry)))


def _whole(entry: Entry) -> str:
    took = "" if entry.duration_ms is None else f" · {duration(entry.duration_ms)}"
    parts = [
        f"── {entry.session} [{entry.number}] {entry.status.value}{took} · {entry.id}",
        entry.code.rstrip(),
    ]
    streams = "".join(segment.text for segment in entry.segments)
    if streams:
        parts.append("── output\n" + streams.rstrip())
    if entry.value is not None:
        parts.append("── value\n" + str(entry.value.get("text/plain", "")))
    if entry.error is not None:
        parts.append("── error\n" + entry.error.traceback.rstrip())
    if entry.message:
        parts.append(f"── {entry.message}")
    return "\n".join(parts) + "\n"
