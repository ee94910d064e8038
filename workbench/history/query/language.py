"""What a person types into a history search, as words and conditions. Nothing typed is an error.

    groupby "two words" -numpy status:failed,lost session:report after:yesterday file:.csv -label:draft

Words must all occur in code or output, with `-` before them must not; case does not matter. What looks like
a field and is none, or has a value that makes no sense, is searched as text, and `hint` says so.
"""

from __future__ import annotations

import re
import time

from backend.models import Status
from backend.records import dataclass
from workbench.history.codec import storable
from workbench.history.query import moments

FIELDS: dict[str, str] = {
    "status": "how it ended: ok failed interrupted timed_out died lost rejected, or queued, running",
    "session": "beginning of the session's identifier; in quotes the whole",
    "profile": "beginning of the target's name; in quotes the whole",
    "version": "beginning of the API version: version:2025",
    "after": f"started then or later: {moments.EXAMPLES}",
    "before": "started before that",
    "on": "started on that day, or in that month or year",
    "file": "part of the name of a file that it changed",
    "code": "a word that is in the code",
    "output": "a word that is in the output",
    "label": "part of its label; empty: has one",
    "pinned": "yes or no; empty: yes",
}
"""The fields and what their values are, in the order in which help lists them."""

# bounds what a pasted text can cost; nobody reads past them
_MAX_CHARACTERS = 1_000
_MAX_WORDS = 32
# nearly every text has a letter: what has none of it would be looked for in all (3 s of a million)
_SHORTEST_NOT = 3

_PART = re.compile(
    r"""(?P<minus>-(?=["A-Za-z_]))?
        (?:(?P<field>[A-Za-z]+):(?!//))?
        (?:"(?P<quoted>[^"]*)(?P<closed>"?)|(?P<word>[^\s"]\S*|))""",
    re.X,
)
_ALIASES = {
    "ok": (Status.SUCCEEDED,),
    "error": (Status.FAILED,),
    "died": (Status.WORKER_DIED,),
    "timeout": (Status.TIMED_OUT,),
    "stopped": (Status.INTERRUPTED, Status.TIMED_OUT),
}
_YES, _NO = ("", "y", "yes", "true", "1"), ("n", "no", "false", "0")


@dataclass(frozen=True, slots=True)
class Word:
    """A text that must occur, or must not: in `code`, `output`, or anywhere."""

    text: str
    where: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """What a field asks for: one of `values` (as its column has them), or none of them.

    For `session`, `profile` and `version` the values are beginnings unless `exact`. `started_at` has a span,
    from the first number up to the second.
    """

    field: str
    values: tuple[str, ...] = ()
    negated: bool = False
    exact: bool = False
    span: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Query:
    """Words and conditions that must all hold; an empty query holds for everything."""

    words: tuple[Word, ...] = ()
    conditions: tuple[Condition, ...] = ()
    hint: str = ""
    """One sentence on what was taken for text, or on what a field wants; empty where all is plain."""

    @property
    def texts(self) -> tuple[str, ...]:
        """The words that must occur, as they were typed."""
        return tuple(word.text for word in self.words if not word.negated)

    def asks_for(self, field: str) -> bool:
        """Whether a condition is about this field."""
        return any(condition.field == field for condition in self.conditions)


class _UnclearError(Exception):
    """A value that makes no sense; the message is the hint."""


class _Unfinished(Exception):  # noqa: N818 - it is no error: the value is being typed
    """A field without a value yet; the message is the hint."""


def parse(text: str, now: float | None = None) -> Query:
    """The query that `text` is. `now` is the time that ages count from, in seconds since the epoch."""
    moment = time.time() if now is None else now
    words: list[Word] = []
    conditions: list[Condition] = []
    hints: list[str] = []
    for part in _PART.finditer(storable(text)[:_MAX_CHARACTERS].strip()):
        if not part[0]:
            continue
        if part["closed"] == "":
            hints.append("The quote is not closed: all after it is searched as one text.")
        negated = part["minus"] is not None
        quoted = part["quoted"] is not None
        value = part["quoted"] if quoted else part["word"]
        name = (part["field"] or "").lower()
        try:
            if negated and name in ("", "code", "output") and 0 < len(value) < _SHORTEST_NOT:
                raise _Unfinished("What must not occur has three letters or more.")
            if name in ("code", "output") and value:
                words.append(Word(value, name, negated))
                continue
            if name in FIELDS:
                conditions.append(_condition(name, value, negated, quoted, moment))
                continue
            if name and (meant := _meant(name)):
                raise _UnclearError(f"There is no field {name}: – {meant}: is one. It is searched as text.")
        except _Unfinished as wanted:
            hints.append(str(wanted))
            continue
        except _UnclearError as unclear:
            hints.append(str(unclear))
        if name:
            value = part[0].removeprefix("-").replace('"', "") if quoted else part[0].removeprefix("-")
        if value:
            words.append(Word(value, "", negated))
    return Query(tuple(words[:_MAX_WORDS]), tuple(conditions[:_MAX_WORDS]), " ".join(dict.fromkeys(hints)))


def _condition(name: str, value: str, negated: bool, quoted: bool, now: float) -> Condition:
    match name:
        case "pinned":
            return Condition("pinned", negated=negated != _says_no(value))
        case "label":
            return Condition("label", (value,), negated)
    if not value:
        raise _Unfinished(f"{name}: {FIELDS[name]}.")
    match name:
        case "status":
            return Condition("status", _statuses(value), negated)
        case "after" | "before" | "on":
            return Condition("started_at", (), negated, span=_span(name, value, now))
        case "file":
            return Condition("file", (value,), negated)
        case _:
            values = (value,) if quoted else tuple(filter(None, value.split(",")))
            return Condition(name, values, negated, exact=quoted)


def _statuses(value: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for wanted in filter(None, value.lower().replace("-", "_").split(",")):
        aliases = [alias for alias in _ALIASES if alias.startswith(wanted)]
        matching = [status.value for status in Status if status.value.startswith(wanted)]
        matching += [status.value for alias in aliases for status in _ALIASES[alias]]
        if not matching:
            raise _UnclearError(f"No status is {wanted!r} ({FIELDS['status']}). It is searched as text.")
        found |= dict.fromkeys(matching)
    return tuple(found)


def _span(name: str, value: str, now: float) -> tuple[float, float]:
    found = moments.span(value, now)
    if found is None:
        raise _UnclearError(f"{value!r} is no time ({moments.EXAMPLES}). It is searched as text.")
    begin, end = found
    if name == "after":
        return begin, float("inf")
    if name == "before":
        return float("-inf"), begin
    return begin, end


def _says_no(value: str) -> bool:
    if value.lower() in _NO:
        return True
    if value.lower() in _YES:
        return False
    raise _UnclearError("pinned: takes yes or no. It is searched as text.")


def _meant(name: str) -> str:
    """The field that a name nearly is, empty for one that is like none (`http`, `lambda`)."""
    from difflib import get_close_matches  # 3 ms, for a mistake

    return next(iter(get_close_matches(name, FIELDS, 1, 0.75)), "")
