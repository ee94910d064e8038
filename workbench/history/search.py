"""What a person types into a history search, as words and fields, and as SQL."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from backend.models import Status
from workbench.history.codec import storable

SUMMARY_COLUMNS = (
    "entries.id, entries.session, entries.number, entries.code, entries.status, entries.state_lost, "
    "entries.started_at, entries.duration_ms, entries.seq"
)

LIKE = "(entries.code LIKE ? ESCAPE '\\' OR entries.output LIKE ? ESCAPE '\\')"

Expand = Callable[[str], list[str] | None]
"""From a word of one or two characters to the trigrams that begin with it; None when they are too many."""

# no text has it: `storable` leaves no NUL, and the index no text shorter than a trigram
_NOTHING = '"\ufffe\uffff\ufffe"'
# bounds what a pasted text can cost; nobody reads past them
_MAX_CHARACTERS = 1_000
_MAX_WORDS = 32
_TRIGRAM = 3

_PART = re.compile(r'(?:(?P<field>status|session|profile):)?(?:"(?P<quoted>[^"]*)"?|(?P<word>\S+))', re.I)


@dataclass(frozen=True, slots=True)
class Query:
    """Words that must all occur, and what the fields ask for; empty means no condition."""

    words: tuple[str, ...] = ()
    statuses: tuple[str, ...] | None = None
    session: str = ""
    profile: str = ""


def parse(text: str) -> Query:
    """Words and `"quoted words"`, and the fields `status:`, `session:`, `profile:`.

    A status may be shortened (`status:fail`). A word with any other field before it is a plain word.
    """
    words: list[str] = []
    fields: dict[str, str] = {}
    for part in _PART.finditer(storable(text)[:_MAX_CHARACTERS]):
        value = part["word"] if part["word"] is not None else part["quoted"]
        if part["field"]:
            fields[part["field"].lower()] = value
        elif value:
            words.append(value)
    wanted = fields.get("status", "").lower()
    statuses = tuple(status.value for status in Status if status.value.startswith(wanted)) if wanted else None
    return Query(tuple(words[:_MAX_WORDS]), statuses, fields.get("session", ""), fields.get("profile", ""))


def select(
    query: Query, limit: int, session: str | None = None, expand: Expand = lambda word: None
) -> tuple[str, list[str | int]]:
    """The statement that finds summaries, newest first, and its parameters.

    Words of three characters and more go through the trigram index, and so do shorter ones that `expand`
    turns into trigrams. The others go through LIKE. All ignore case; LIKE does so for ASCII only.
    """
    conditions: list[str] = []
    values: list[str | int] = []
    phrases: list[str] = []
    source = "entries"
    for word in query.words:
        trigrams = [word] if len(word) >= _TRIGRAM else expand(word)
        if trigrams is None:
            conditions.append(LIKE)
            values += like_values(word)
        else:
            phrases.append(f"({' OR '.join(map(_phrase, trigrams))})" if trigrams else _NOTHING)
    if phrases:
        # CROSS JOIN keeps the index outside: it walks matches newest first and stops at the limit
        source = "search CROSS JOIN entries ON entries.seq = search.rowid"
        conditions.insert(0, "search MATCH ?")
        values.insert(0, " AND ".join(phrases))
    if query.statuses is not None:
        conditions.append(f"entries.status IN ({', '.join('?' * len(query.statuses))})")
        values += query.statuses
    for column, value in (("session", session or ""), ("session", query.session), ("profile", query.profile)):
        if value:
            conditions.append(f"entries.{column} = ?")
            values.append(storable(value))
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    order = "search.rowid" if phrases else "entries.seq"
    # every name in the statement is a constant of this module, every value a parameter
    sql = f"SELECT {SUMMARY_COLUMNS} FROM {source} {where} ORDER BY {order} DESC LIMIT ?"  # noqa: S608
    return sql, [*values, limit]


def like_values(word: str) -> list[str]:
    """The parameters of LIKE for a word."""
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return [f"%{escaped}%"] * 2


def _phrase(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
