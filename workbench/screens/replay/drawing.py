"""How a replay is drawn: rows of the checklist, rows of a comparison in two columns."""

from __future__ import annotations

from textual.content import Content

from workbench.format import count, duration, size, status_words
from workbench.history.entry import Entry
from workbench.replay.compare import Comparison, Verdict
from workbench.replay.plan import LEFT_OUT, Plan
from workbench.replay.report import mark
from workbench.replay.rows import Row
from workbench.sanitize import sanitize_line
from workbench.widgets.fit import cut, left, right

COLOURS = {
    Verdict.EQUAL: "$text-success",
    Verdict.DIFFERS: "$text-warning",
    Verdict.FAILED: "$text-error",
    Verdict.SKIPPED: "$text-muted",
}
_LACKS = 4


def step(entry: Entry, *, checked: bool, running: bool, came: Comparison | None, width: int) -> Content:
    """A row of the checklist: check, number, code, and what came of it."""
    if came is not None:
        told, colour = f"{mark(came.verdict)} {_words(came)}", COLOURS[came.verdict]
    elif running:
        told, colour = "▶ running", "$text-accent"
    elif entry.status in LEFT_OUT:
        told, colour = "never runs again", "$text-muted"
    else:
        told, colour = status_words(entry.status), "$text-muted"
    number = right(f"[{entry.number}]", max(6, len(str(entry.number)) + 2))
    room = max(width - 34 - len(number), 10)
    first = next((line.strip() for line in entry.code.splitlines() if line.strip()), "")
    box = "☑" if checked and entry.status not in LEFT_OUT else "☐"
    return Content.assemble(
        (f"{box} ", "$text-accent" if checked else "$text-muted"),
        (number, "$text-muted"),
        " ",
        left(sanitize_line(first), room),
        " ",
        (cut(sanitize_line(told), 30), colour),
    )


def _words(came: Comparison) -> str:
    aspects = ", ".join(one.aspect for one in came.differences)
    milliseconds = came.after.duration_ms if came.after is not None else None
    took = "" if milliseconds is None else f" {duration(milliseconds)}"
    return aspects or ("not run" if came.verdict is Verdict.SKIPPED else f"{came.verdict.value}{took}")


def side_by_side(row: Row, width: int) -> Content:
    """A row of a comparison: before at the left, after at the right."""
    half = max((width - 3) // 2, 5)
    if row.kind == "said":
        return Content.styled(sanitize_line(row.left), "$text-muted")
    if row.kind == "place":
        return Content.styled(cut(sanitize_line(row.left), width), "$text-muted")
    if row.kind == "head" and not row.right:
        return Content.styled(cut(sanitize_line(row.left), width), "bold $text-primary")
    before, after = (left(sanitize_line(text), half) for text in (row.left, row.right))
    if row.kind == "head":
        return Content.assemble((before, "bold $text-primary"), " │ ", (after, "bold $text-primary"))
    if row.kind == "same":
        return Content.assemble((before, "$text-muted"), " │ ", (after, "$text-muted"))
    return Content.assemble((before, "$text-error"), " │ ", (after, "$text-success"))


def plan_rows(plan: Plan) -> list[Row]:
    """What a plan does beside running: files that go, what is lacking."""
    found = [Row("head", "What goes and what is lacking", "")]
    for file in plan.files:
        told = f", {file.words}" if file.words else ""
        found.append(Row("said", f"+ {file.path} ({size(file.size)}){told}"))
    if plan.there:
        found.append(Row("said", f"{count(plan.there, 'file')} there already: not sent"))
    if plan.unused:
        found.append(Row("said", f"{count(len(plan.unused), 'file')} that no code names: not sent"))
    for entry, why in plan.left_out:
        found.append(Row("said", f"[{entry.number}] is left out: {why}"))
    for lack in plan.lacks:
        numbers = " ".join(f"[{number}]" for number in lack.numbers[:_LACKS])
        found.append(Row("said", f"! {numbers} {lack.sentence}"))
    if len(found) == 1:
        found.append(Row("said", "No files are needed, and nothing is known to be lacking."))
    return found
