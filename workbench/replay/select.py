"""Which past executions are meant: a session, some of its numbers, an id, or what a query finds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backend.errors import UsageError
from backend.records import dataclass
from workbench.history.entry import Entry
from workbench.history.store import History
from workbench.identifiers import brief

_NUMBERS = re.compile(r"(?P<first>\d+)(?:(?:-|\.\.)(?P<last>\d*))?")
_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F-]{0,27})?")
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Selection:
    """Executions of one session at one profile, in the order in which they run again."""

    profile: str
    session: str
    entries: tuple[Entry, ...]


async def select(
    history: History, what: Sequence[str], default: str, *, profile: str | None = None, query: str = ""
) -> list[Selection]:
    """The selections that words name, one for each session, in the order in which they are first named.

    A word is a session (`analysis`), numbers of one (`analysis:3-7`, `analysis:4`, `analysis:3-`), numbers of
    the session `default` (`3-7`), or the id of an entry or its beginning. `query` adds what a search finds,
    oldest first. `profile` narrows all of it. Raises UsageError for what names nothing, or two things.
    """
    found: list[Entry] = []
    for word in what:
        found += await _named(history, word, default, profile)
    if query:
        found += await _queried(history, query, profile)
    sessions: dict[tuple[str, str], dict[str, Entry]] = {}
    for entry in found:
        sessions.setdefault((entry.profile, entry.session), {}).setdefault(entry.id, entry)
    return [Selection(*key, tuple(entries.values())) for key, entries in sessions.items()]


async def whole(history: History, session: str, profile: str | None) -> Selection:
    """All of a session. Raises UsageError when there is none, or when several profiles have one."""
    entries = [each for each in await history.entries(session) if profile in (None, each.profile)]
    if not entries:
        where = f" at {profile}" if profile else ""
        raise UsageError(f"Nothing was run in a session {brief(session)!r}{where}.", "See workbench history.")
    return Selection(_one_profile(session, entries), session, tuple(entries))


async def _named(history: History, word: str, default: str, profile: str | None) -> list[Entry]:
    entries = [each for each in await history.entries(word) if profile in (None, each.profile)]
    if entries:
        _one_profile(word, entries)
        return entries
    session, colon, numbers = word.rpartition(":")
    asked = _NUMBERS.fullmatch(numbers)
    if asked is not None and (not colon or session):
        return await _numbered(history, session if colon else default, asked, profile)
    if _ID.fullmatch(word):
        return [await _by_id(history, word)]
    whose = f" at {profile}" if profile else ""
    raise UsageError(
        f"{word!r} is no session that anything was run in{whose}, no numbers, and no id of an entry.",
        "See workbench history for sessions and numbers, and workbench replay --help.",
    )


async def _numbered(history: History, session: str, asked: re.Match[str], profile: str | None) -> list[Entry]:
    first = int(asked["first"])
    last = first if asked["last"] is None else int(asked["last"] or _MOST)
    of = await whole(history, session, profile)
    entries = [entry for entry in of.entries if first <= entry.number <= last]
    if not entries:
        numbers = [entry.number for entry in of.entries]
        raise UsageError(
            f"The session {brief(session)!r} has no execution {asked[0]}.",
            f"Its numbers go from {min(numbers)} to {max(numbers)}.",
        )
    return entries


async def _by_id(history: History, word: str) -> Entry:
    entry = await history.get(word.lower())
    if entry is None:
        found = [row.id for row in await history.recent(limit=_MOST) if row.id.startswith(word.lower())]
        if len(found) > 1:
            raise UsageError(f"{len(found)} entries have ids that begin with {word}.", "Give more of it.")
        entry = await history.get(found[0]) if found else None
    if entry is None:
        raise UsageError(f"No entry has the id {word}.", "See workbench history --json for ids.")
    return entry


async def _queried(history: History, query: str, profile: str | None) -> list[Entry]:
    rows = await history.search(query, _MOST)
    found = [await history.get(row.id) for row in reversed(rows)]
    entries = [entry for entry in found if entry is not None and profile in (None, entry.profile)]
    if not entries:
        raise UsageError(f"The query {query!r} finds nothing.", "Try fewer words.")
    return entries


def _one_profile(session: str, entries: Sequence[Entry]) -> str:
    profiles = sorted({entry.profile for entry in entries})
    if len(profiles) > 1:
        raise UsageError(
            f"There is a session {brief(session)!r} at each of {', '.join(profiles)}.",
            "Say which is meant with --from PROFILE.",
        )
    return profiles[0]
