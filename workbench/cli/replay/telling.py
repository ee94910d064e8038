"""What `workbench replay` says: progress on a terminal, a line for each execution, diffs."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from backend.models import Chunk, Display, Stage, Staged, Target
from workbench.format import count, duration, size
from workbench.history.entry import Entry
from workbench.identifiers import brief
from workbench.replay import report
from workbench.replay.compare import Comparison, Verdict
from workbench.replay.plan import Plan
from workbench.replay.result import Replay, Side, summary
from workbench.replay.run import Compared, Progress, Running, Sending
from workbench.replay.select import Selection
from workbench.sanitize import sanitize, sanitize_line

WIDTH = 100
DIFF = 40  # lines of a diff on the terminal; reports have more
_CLEAR = "\r\x1b[K"
_COLOURS = {
    Verdict.EQUAL: "green",
    Verdict.DIFFERS: "yellow",
    Verdict.FAILED: "red",
    Verdict.SKIPPED: "bright_black",
}


class Teller:
    """Writes to stdout and stderr. With `quiet` nothing goes to stdout: a document does."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._live = sys.stderr.isatty()
        self._shown = False

    def say(self, sentence: str) -> None:
        """A sentence on stderr."""
        self._clear()
        click.echo(f"workbench: {sanitize(sentence)}", err=True)

    def plan(self, selection: Selection, plan: Plan, target: Target, remark: str) -> None:
        """The whole plan."""
        if self._quiet:
            return
        self._out(
            f"{brief(selection.session)} at {selection.profile} → {target.profile}: {report.counted(plan)}"
        )
        for step in plan.steps:
            again = "  (began with no variables)" if step.fresh else ""
            self._out(f"  [{step.entry.number}] {_first_line(step.entry)}{again}")
        for entry, why in plan.left_out:
            self._out(f"  [{entry.number}] left out: {why}")
        for file in plan.files:
            self._out(f"  file {file.path} ({size(file.size)}){f': {file.words}' if file.words else ''}")
        if plan.unused:
            few = ", ".join(file.path for file in plan.unused[:5])
            self._out(f"  {count(len(plan.unused), 'file')} not named by the code, not sent: {few}")
        for sentence in (*_lacks(plan), remark):
            if sentence:
                self._out(f"  ! {sentence}")

    def begin(self, source: Side, to: Side, plan: Plan, remark: str) -> None:
        """A replay begins: what it is, and what may go wrong."""
        for sentence in (*_lacks(plan), remark):
            if sentence:
                self.say(sentence)
        if not self._quiet:
            self._out(f"{_place(source)} → {_place(to)}: {report.counted(plan)}")

    def hear(self, entry: Entry, event: Chunk | Display | Staged) -> None:
        """What comes out while code runs; only a wait is told."""
        if isinstance(event, Staged) and event.stage is Stage.WAITING:
            self.say(f"no free session, trying again in {event.seconds:.0f} s; ctrl+c stops")

    def progress(self, source: Side, progress: Progress) -> None:
        """A step was taken."""
        if isinstance(progress, Compared):
            self._compared(progress.comparison)
            return
        if not self._live:
            return
        done = f"{brief(source.session)} {progress.done + 1}/{progress.total}"
        if isinstance(progress, Sending):
            self._line(f"{done} sending {progress.file.path} ({size(progress.file.size)})")
        elif isinstance(progress, Running):
            self._line(f"{done} running [{progress.step.entry.number}] {_first_line(progress.step.entry)}")

    def end(self, replay: Replay) -> None:
        """A replay has ended."""
        self._clear()
        if replay.failure:
            self.say(replay.failure)
        for each in replay.comparisons:
            if each.verdict is Verdict.SKIPPED:
                self._compared(each)

    def total(self, replays: Sequence[Replay]) -> None:
        """The counts of all."""
        self._clear()
        said = summary(replays)
        if any(replay.stopped for replay in replays):
            said += "; it was stopped"
        self._out(said)

    def _compared(self, each: Comparison) -> None:
        if self._quiet:
            return
        mark = click.style(report.mark(each.verdict), fg=_COLOURS[each.verdict], bold=True)
        took = (
            "" if each.after is None or each.after.duration_ms is None else duration(each.after.duration_ms)
        )
        aspects = ", ".join(one.aspect for one in each.differences)
        self._clear()
        click.echo(f"{mark} [{each.before.number}] {took:>8}  {_first_line(each.before)}")
        for said in (aspects and f"differs in {aspects}", each.reason):
            if said:
                click.echo(f"      {sanitize_line(said)}")
        for one in each.differences:
            if not one.diff:
                self._out(f"      {one.aspect}: {one.before or 'nothing'} → {one.after or 'nothing'}")
            for line in one.diff[:DIFF]:
                colour = {"-": "red", "+": "green", "@": "cyan"}.get(line[:1])
                click.echo(click.style(f"      {one.aspect} {sanitize_line(line)[:200]}", fg=colour))
            if len(one.diff) > DIFF:
                self._out(f"      … {len(one.diff) - DIFF:,} lines more; --report has them")

    def _out(self, line: str) -> None:
        if not self._quiet:
            self._clear()
            click.echo(sanitize_line(line))

    def _line(self, text: str) -> None:
        """A line on the terminal that the next one replaces."""
        sys.stderr.write(f"{_CLEAR}{sanitize_line(text)[: WIDTH - 1]}")
        sys.stderr.flush()
        self._shown = True

    def _clear(self) -> None:
        if self._shown:
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()
            self._shown = False


def _lacks(plan: Plan) -> list[str]:
    found = []
    for lack in plan.lacks:
        numbers = ", ".join(f"[{number}]" for number in lack.numbers[:5])
        more = " …" if len(lack.numbers) > 5 else ""
        sentence = lack.sentence if lack.sentence.endswith((".", "?")) else f"{lack.sentence}."
        found.append(f"{numbers}{more} {sentence}".strip())
    return found


def _place(side: Side) -> str:
    version = f" ({side.api_version})" if side.api_version else ""
    return f"{brief(side.session)} at {side.profile}{version}"


def _first_line(entry: Entry) -> str:
    first = next((line for line in entry.code.splitlines() if line.strip()), "")
    return sanitize_line(first.strip())[: WIDTH - 20]
