"""Parts of a query as SQL. Names in statements are constants of this module, values are parameters."""

from __future__ import annotations

from collections.abc import Sequence

from backend.records import dataclass
from workbench.history.query.language import Condition, Word

TRIGRAM = 3
NOTHING = '"\ufffe\uffff\ufffe"'
"""A phrase that no text has: `storable` leaves none of its characters beside another."""

_FOUND = "SELECT seq FROM entries WHERE "

Value = str | int | float


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition of WHERE with its parameters.

    `finds` is a subquery of the sequences it holds for, by an index, where there is one for it.
    """

    sql: str
    values: tuple[Value, ...] = ()
    finds: str = ""


LIVE = Clause("entries.deleted_at IS NULL")


def clause(condition: Condition) -> Clause:
    """A condition on `entries`."""
    made = _clause(condition)
    return Clause(f"NOT ({made.sql})", made.values) if condition.negated else made


def _clause(condition: Condition) -> Clause:
    name, values = condition.field, condition.values
    match name:
        case "pinned":
            return Clause("entries.pinned", (), "SELECT seq FROM entries WHERE pinned")
        case "label":
            test = "label <> '' AND label LIKE ? ESCAPE '\\'"
            return Clause(f"entries.{test}", (like(values[0]),), _FOUND + test)
        case "file":
            found = (
                "SELECT changed_files.seq FROM paths JOIN changed_files ON changed_files.path = paths.number "
                "WHERE paths.path LIKE ? ESCAPE '\\'"
            )
            # row by row where many have one: a list of 50,000 would be made first
            holds = f"{found} AND changed_files.seq = entries.seq"
            return Clause(f"EXISTS ({holds})", (like(values[0]),), found)
        case "started_at":
            test = "started_at >= ? AND {0}started_at < ?"
            return Clause(
                f"entries.{test.format('entries.')}",
                condition.span,
                _FOUND + test.format(""),
            )
        case "status":
            return equal("status", values)
        case _:
            return equal(name, values) if condition.exact else _begins(name, values)


def equal(column: str, values: Sequence[str]) -> Clause:
    """One of these values."""
    test = f"{column} IN ({', '.join('?' * len(values))})"
    return Clause(f"entries.{test}", tuple(values), _FOUND + test)


def _begins(column: str, values: Sequence[str]) -> Clause:
    tests = " OR ".join(f"({column} >= ? AND {column} < ?)" for _ in values)
    ends = tuple(part for value in values for part in (value, value + "\U0010ffff"))
    finds = "" if column == "version" else _FOUND + tests
    return Clause(f"({tests.replace(column, f'entries.{column}')})", ends, finds)


def contains(word: Word) -> Clause:
    """A word in `texts`, without the index. Ignores case; `occurs` is for what LIKE knows no case of."""
    columns = [f"texts.{word.where}"] if word.where else ["texts.code", "texts.output"]
    if word.text.isascii():
        test, value = "{} LIKE ? ESCAPE '\\'", like(word.text)
    else:
        test, value = "occurs(?, {})", word.text.lower()
    sql = " OR ".join(test.format(column) for column in columns)
    return Clause(f"{'NOT ' if word.negated else ''}({sql})", (value,) * len(columns))


def phrase(texts: Sequence[str], where: str = "") -> str:
    """One of these texts, as the index is asked for it; in one column or in both."""
    if not texts:
        return NOTHING
    quoted = " OR ".join('"' + text.replace('"', '""') + '"' for text in texts)
    return f"{f'{where} : ' if where else ''}({quoted})"


def like(text: str) -> str:
    """The pattern of LIKE for what has this text in it, with a backslash as ESCAPE."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
