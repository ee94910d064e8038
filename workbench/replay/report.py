"""A replay as JSON of the public contract and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from workbench.format import count, duration, status_words
from workbench.history.entry import Entry
from workbench.identifiers import brief
from workbench.replay.compare import Comparison, Difference, Verdict
from workbench.replay.plan import Plan
from workbench.replay.result import Replay, Side, summary
from workbench.sanitize import sanitize

_MARKS = {Verdict.EQUAL: "=", Verdict.DIFFERS: "≠", Verdict.FAILED: "✗", Verdict.SKIPPED: "·"}


def as_json(replays: Sequence[Replay]) -> dict[str, Any]:
    """`{equal, differs, failed, executions}` and more; keys are only ever added.

    `equal`, `differs`, `failed` and `skipped` are numbers of executions.
    """
    return {
        **{verdict.value: sum(each.count(verdict) for each in replays) for verdict in Verdict},
        "stopped": any(each.stopped for each in replays),
        "executions": [_execution(each) for replay in replays for each in replay.comparisons],
        "sessions": [_session(replay) for replay in replays],
        "rules": [
            {"name": rule.name, "pattern": rule.pattern, "near": rule.near}
            for replay in replays[:1]
            for rule in replay.rules.rules
        ],
    }


def plan_json(plan: Plan) -> dict[str, Any]:
    """What will happen, for `--plan --json`."""
    return {
        "executions": [
            {
                "id": s.entry.id,
                "session": s.entry.session,
                "number": s.entry.number,
                "fresh": s.fresh,
                "code": s.entry.code,
            }
            for s in plan.steps
        ],
        "left_out": [{"id": e.id, "number": e.number, "reason": why} for e, why in plan.left_out],
        "files": [
            {"path": f.path, "size": f.size, "remark": f.remark, "sha256": f.digest or None}
            for f in plan.files
        ],
        "unused_files": [{"path": f.path, "size": f.size} for f in plan.unused],
        "lacks": [
            {
                "kind": lack.kind.value,
                "what": lack.what,
                "sentence": lack.sentence,
                "numbers": list(lack.numbers),
            }
            for lack in plan.lacks
        ],
    }


def markdown(replays: Sequence[Replay]) -> str:
    """A page for a person: the counts, a table, and the diff of what differs."""
    return sanitize("\n".join(_page(replays)) + "\n")


def mark(verdict: Verdict) -> str:
    """One character for a verdict."""
    return _MARKS[verdict]


def _execution(each: Comparison) -> dict[str, Any]:
    return {
        "before": _entry(each.before),
        "after": _entry(each.after),
        "outcome": each.verdict.value,
        "differences": [_difference(one) for one in each.differences],
        "rules": sorted(each.rules),
        "not_compared": list(each.untold),
        "reason": each.reason,
    }


def _entry(entry: Entry | None) -> dict[str, Any] | None:
    return None if entry is None else {**entry.as_json(), "code": entry.code}


def _difference(one: Difference) -> dict[str, Any]:
    return {"aspect": one.aspect, "before": one.before, "after": one.after, "diff": list(one.diff)}


def _session(replay: Replay) -> dict[str, Any]:
    def side(of: Side) -> dict[str, str]:
        return {"profile": of.profile, "api_version": of.api_version, "session": of.session}

    return {
        "before": side(replay.source),
        "after": side(replay.destination),
        "stopped": replay.stopped,
        "failure": replay.failure,
    }


def _page(replays: Sequence[Replay]) -> Iterator[str]:
    yield "# Replay"
    yield ""
    yield f"**{summary(replays)}**"
    for replay in replays:
        yield ""
        yield f"## {_place(replay.source)} → {_place(replay.destination)}"
        yield ""
        if replay.failure:
            yield from (f"The target failed: {_inline(replay.failure)}", "")
        yield "| execution | outcome | before | after | differs in |"
        yield "|---|---|---|---|---|"
        for each in replay.comparisons:
            yield _row(each)
        for each in replay.comparisons:
            if each.verdict in (Verdict.DIFFERS, Verdict.FAILED):
                yield from _section(each)
    yield ""
    yield "## Rules"
    yield ""
    yield "What these match does not count as a difference:"
    yield ""
    for rule in replays[0].rules.rules if replays else ():
        near = ", where it tells a time near the execution's" if rule.near else ""
        yield f"- {_inline(rule.name)}: {_code(rule.pattern)}{near}"


def _row(each: Comparison) -> str:
    aspects = ", ".join(one.aspect for one in each.differences) or _inline(each.reason)
    cells = (
        f"[{each.before.number}]",
        f"{mark(each.verdict)} {each.verdict.value}",
        _outcome(each.before),
        _outcome(each.after),
        aspects,
    )
    return f"| {' | '.join(cells)} |"


def _outcome(entry: Entry | None) -> str:
    if entry is None:
        return "–"
    took = "" if entry.duration_ms is None else f", {duration(entry.duration_ms)}"
    return f"{status_words(entry.status)}{took}"


def _section(each: Comparison) -> Iterator[str]:
    yield ""
    yield f"### [{each.before.number}] {each.verdict.value}"
    yield ""
    if each.reason:
        yield _inline(each.reason)
        yield ""
    yield from _fenced(each.before.code.rstrip(), "python")
    for one in each.differences:
        yield ""
        yield f"{one.aspect}: {_code(one.before)} → {_code(one.after)}"
        if one.diff:
            yield ""
            yield from _fenced("\n".join(one.diff), "diff")
    if each.untold:
        yield ""
        yield f"Not compared, since a target does not tell it: {_inline(', '.join(each.untold))}."


def _place(side: Side) -> str:
    version = f" ({side.api_version})" if side.api_version else ""
    return f"{_inline(brief(side.session))} at {_inline(side.profile)}{version}"


def _fenced(text: str, kind: str) -> Iterator[str]:
    """A fence that is longer than any in the text."""
    longest = max((len(run) for run in _backticks(text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}{kind}"
    yield from text.splitlines()
    yield fence


def _code(text: str) -> str:
    if not text:
        return "nothing"
    shown = " ".join(text.split())
    fence = "`" * (max((len(run) for run in _backticks(shown)), default=0) + 1)
    return f"{fence} {shown} {fence}" if len(fence) > 1 else f"`{shown}`"


def _backticks(text: str) -> list[str]:
    runs, run = [], ""
    for character in text:
        if character == "`":
            run += character
        elif run:
            runs.append(run)
            run = ""
    return [*runs, run] if run else runs


_ESCAPED = str.maketrans({each: f"\\{each}" for each in "\\`*_{}[]<>#|"})


def _inline(text: str) -> str:
    """Text that Markdown takes as it is, in one line."""
    return " ".join(text.split()).translate(_ESCAPED)


def counted(plan: Plan) -> str:
    """`12 executions, 2 files`: what a plan is, in a few words."""
    parts = [count(len(plan.steps), "execution")]
    if plan.files:
        parts.append(count(len(plan.files), "file"))
    return ", ".join(parts)
