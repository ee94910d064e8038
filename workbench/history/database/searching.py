"""Runs a query: probes what is rare in it, walks that, and orders what it finds.

A walk goes from the newest to older ones and stops at the limit. It must follow what is rare, since what is
common ends it soon only where all the rest is common too.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from workbench.history.codec import storable
from workbench.history.database.rows import SUMMARY, summaries
from workbench.history.entry import Summary
from workbench.history.query import fuzzy
from workbench.history.query.language import Condition, Query, Word
from workbench.history.query.ranking import ranked
from workbench.history.query.statement import (
    LIVE,
    TRIGRAM,
    Clause,
    Value,
    clause,
    contains,
    equal,
    like,
    phrase,
)

# a short word is common when this many of the newest entries have it
_NEWEST = 1_000
_COMMON = 20
_MAX_TRIGRAMS = 200
# so few entries are all looked at: 10 to 20 ms with words to look for in their texts, 5 without
_FEW = {True: 4_000, False: 5_000}
# so many values of a column are each walked by its index, and merged
_MERGED = 60
# fewer exact hits than this, and names that are nearly the words are looked for too
_WANTING = 10
_VOCABULARY = 500  # newest entries whose names are known
# hits that are ranked, 0.03 ms each; who types words reads a few of them, and types more
_RANKED = 200


class Searcher:
    """Searches on one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._names: dict[str, None] = {}
        self._names_up_to = 0
        self._bounds_of: tuple[tuple[float, float], int | None] | None = None
        self._found_bounds = (0, 0)
        connection.create_function("occurs", 2, _occurs, deterministic=True)

    def newest(self, query: Query, limit: int) -> list[Summary]:
        """What matches, newest first."""
        return self._find(query, [[word.text] for word in query.words], limit)

    def best(self, query: Query, limit: int) -> list[Summary]:
        """What matches, the best first, and after it what matches nearly when little does.

        Ranked are the newest hits (_RANKED at most), the newest with all words in their code, and those
        with a label.
        """
        if not query.texts:
            return self.newest(query, limit)
        limit = min(limit, _RANKED)
        rows = self.newest(query, limit)
        found = {row.id: row for row in rows}
        if len(rows) == limit:
            in_code = tuple(word if word.where else replace(word, where="code") for word in query.words)
            for row in self.newest(replace(query, words=in_code), limit):
                found.setdefault(row.id, row)
        for row in self._labelled(query, limit):
            found.setdefault(row.id, row)
        if len(found) < _WANTING:
            for row in self._nearly(query, limit):
                found.setdefault(row.id, row)
        return ranked(list(found.values()), query.texts, time.time())[:limit]

    def _nearly(self, query: Query, limit: int) -> list[Summary]:
        alternatives = [
            [word.text, *([] if word.negated else fuzzy.near(word.text, self._vocabulary()))]
            for word in query.words
        ]
        if all(len(texts) == 1 for texts in alternatives):
            return []
        return [replace(row, close=True) for row in self._find(query, alternatives, limit)]

    def _vocabulary(self) -> dict[str, None]:
        """The names in the code of the newest entries; what came since the last time is added."""
        rows = self._connection.execute(
            "SELECT seq, substr(code, 1, 4000) FROM texts WHERE seq > ? ORDER BY seq DESC LIMIT ?",
            (self._names_up_to, _VOCABULARY),
        ).fetchall()
        for _, code in rows:
            self._names |= dict.fromkeys(fuzzy.names(code))
        if rows:
            self._names_up_to = rows[0][0]
        return self._names

    def _labelled(self, query: Query, limit: int) -> list[Summary]:
        """Entries with a label whose texts or label have all words; there are few with one."""
        if any(word.where for word in query.words):
            return []
        words = [contains(word) for word in query.words]
        clauses = [
            *(
                word
                if asked.negated
                else Clause(
                    f"({word.sql} OR entries.label LIKE ? ESCAPE '\\')", (*word.values, like(asked.text))
                )
                for word, asked in zip(words, query.words, strict=True)
            ),
            LIVE,
            *map(clause, query.conditions),
        ]
        return self._run(
            "entries INDEXED BY entries_labelled", [Clause("entries.label <> ''"), *clauses], limit
        )

    def _find(self, query: Query, alternatives: Sequence[Sequence[str]], limit: int) -> list[Summary]:
        conditions = [clause(condition) for condition in query.conditions]
        phrases, rest = self._split(query.words, alternatives)
        few = self._few(conditions, bool(query.words))
        if few is not None:
            words = [
                _either(replace(word, text=text) for text in texts)
                for word, texts in zip(query.words, alternatives, strict=True)
            ]
            driver = Clause(f"entries.seq IN ({few.finds})", few.values)
            others = [one for one in conditions if one is not few]
            return self._run("entries", [driver, LIVE, *others, *words], limit)
        bounds = [bound for one in query.conditions for bound in self._bounds(one)]
        if phrases:
            match = Clause("search MATCH ?", (" AND ".join(phrases),))
            bounds = [
                replace(bound, sql=bound.sql.replace("entries.seq", "search.rowid")) for bound in bounds
            ]
            # CROSS JOIN keeps the index outside: it walks matches newest first and stops at the limit
            return self._run(
                "search CROSS JOIN entries ON entries.seq = search.rowid",
                [match, *bounds, LIVE, *conditions, *rest],
                limit,
                order="search.rowid",
            )
        return self._walk(query, [*bounds, LIVE, *conditions, *rest], limit)

    def _split(
        self, words: Sequence[Word], alternatives: Sequence[Sequence[str]]
    ) -> tuple[list[str], list[Clause]]:
        """The words that the index is asked for, and those that the texts are."""
        phrases: list[str] = []
        rest: list[Clause] = []
        for word, texts in zip(words, alternatives, strict=True):
            if word.negated:
                rest.append(contains(word))
                continue
            trigrams = list(texts) if len(word.text) >= TRIGRAM else self._trigrams(word)
            if trigrams is None:
                rest.append(contains(word))
            else:
                phrases.append(phrase(trigrams, word.where))
        return phrases, rest

    def _few(self, conditions: Sequence[Clause], words: bool) -> Clause | None:
        """The condition that holds for the fewest entries, if these are few enough to look at each."""
        few = _FEW[words]
        fewest: tuple[int, Clause] | None = None
        for one in conditions:
            if not one.finds:
                continue
            count = self._connection.execute(
                f"SELECT count(*) FROM ({one.finds} LIMIT ?)",  # noqa: S608
                (*one.values, few + 1),
            ).fetchone()[0]
            if count <= few and (fewest is None or count < fewest[0]):
                fewest = count, one
        return fewest[1] if fewest else None

    def _bounds(self, condition: Condition) -> Iterator[Clause]:
        """Between which sequences the entries of a time are; all others need not be walked past."""
        if condition.field != "started_at" or condition.negated:
            return
        newest = self._connection.execute("SELECT max(seq) FROM entries").fetchone()[0]
        known = (condition.span, newest)
        if self._bounds_of != known:  # a ranked search asks twice, and each key with a date again
            least, most = self._connection.execute(
                "SELECT min(seq), max(seq) FROM entries WHERE started_at >= ? AND started_at < ?",
                condition.span,
            ).fetchone()
            self._bounds_of, self._found_bounds = known, (least or 0, most or 0)
        yield Clause("entries.seq BETWEEN ? AND ?", self._found_bounds)

    def _walk(self, query: Query, clauses: Sequence[Clause], limit: int) -> list[Summary]:
        """Without a word to follow: along the index of a column whose values are few, else along all."""
        for one in query.conditions:
            if one.negated or one.field not in ("session", "status", "profile"):
                continue
            values = one.values if one.exact or one.field == "status" else self._values(one)
            if len(values) > _MERGED:
                continue
            parts = [
                self._run(
                    f"entries INDEXED BY entries_by_{one.field}", [equal(one.field, [value]), *clauses], limit
                )
                for value in values
            ]
            return sorted((row for part in parts for row in part), key=lambda row: -row.sequence)[:limit]
        # an index of a range would have to be sorted: 250 ms of 30,000 entries
        return self._run("entries NOT INDEXED", clauses, limit)

    def _values(self, condition: Condition) -> list[str]:
        """The sessions or profiles that there are with one of these beginnings; at most one over _MERGED."""
        found: list[str] = []
        column = condition.field
        for beginning in condition.values:
            last, end, test = beginning, beginning + "\U0010ffff", ">="
            while len(found) <= _MERGED:
                row = self._connection.execute(
                    f"SELECT {column} FROM entries WHERE {column} {test} ? AND {column} < ? "  # noqa: S608
                    f"ORDER BY {column} LIMIT 1",
                    (last, end),
                ).fetchone()
                if row is None:
                    break
                last, test = row[0], ">"
                found.append(last)
        return list(dict.fromkeys(found))

    def _run(
        self, source: str, clauses: Sequence[Clause], limit: int, order: str = "entries.seq"
    ) -> list[Summary]:
        where = " AND ".join(one.sql for one in clauses)
        values: list[Value] = [value for one in clauses for value in one.values]
        sql = (
            f"SELECT {SUMMARY} FROM {source} CROSS JOIN texts ON texts.seq = entries.seq "  # noqa: S608
            f"WHERE {where} ORDER BY {order} DESC LIMIT ?"
        )
        return summaries(self._connection.execute(sql, [*values, limit]))

    def _trigrams(self, word: Word) -> list[str] | None:
        """The trigrams that begin with a short word, None for a word that many of the newest entries have.

        LIKE finds enough of a common word at once, but scans all for a rare one (30 to 100 ms per 100,000
        entries); the trigrams of a rare word are few and found in 1 ms, those of a common one take 50.
        """
        test = contains(word)
        row = self._connection.execute(
            "SELECT count(*) FROM (SELECT 1 FROM texts WHERE seq > (SELECT max(seq) FROM texts) - ? "  # noqa: S608
            f"AND {test.sql} LIMIT ?)",
            (_NEWEST, *test.values, _COMMON),
        ).fetchone()
        if row[0] == _COMMON:
            return None
        first = word.text.lower()
        found = self._connection.execute(
            "SELECT term FROM search_terms WHERE term >= ? AND term < ? LIMIT ?",
            (first, first + chr(sys.maxunicode), _MAX_TRIGRAMS + 1),
        )
        terms = [term for (term,) in islice(found, _MAX_TRIGRAMS + 1)]
        return terms if len(terms) <= _MAX_TRIGRAMS else None


def within(query: Query, session: str | None, profile: str | None) -> Query:
    """The query in one session, at one target, unless it asks for sessions or targets itself."""
    conditions = list(query.conditions)
    for field, value in (("session", session), ("profile", profile)):
        if value is not None and not query.asks_for(field):
            conditions.append(Condition(field, (storable(value),), exact=True))
    return replace(query, conditions=tuple(conditions))


def _either(words: Iterator[Word]) -> Clause:
    parts = [contains(word) for word in words]
    return Clause(
        f"({' OR '.join(part.sql for part in parts)})", tuple(v for part in parts for v in part.values)
    )


def _occurs(word: str, text: str) -> bool:
    return word in text.lower()
