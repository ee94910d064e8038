"""What history does when its file cannot be used: stand in, spill, move aside; never stop a run.

The main database is the file. The stand-in is a database in memory: it takes what the main one did not,
its entries shadow those of the main one, and they move there with the next write that works.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

from backend.errors import FileError
from workbench.history import spill
from workbench.history.database import Database, schema
from workbench.history.database.file import damaged, refused
from workbench.history.database.reading import Reading
from workbench.history.entry import Entry, Segment, Summary
from workbench.history.owners import Owner, ended, sweep
from workbench.history.quarantine import move_aside, salvage

T = TypeVar("T")

# sequences of the stand-in come after all of the main database: its entries are newer
_STAND_IN_START = 2**40
# quick_check reads 1.1 GB/s; damage in a larger file shows when it is met
_CHECKED_BYTES = 256 * 2**20
# once the wait for a lock was in vain, the next ones are short until a write works again
_IMPATIENT_SECONDS = 0.2


class Keeper:
    """The store's state, used by its one thread. `notice` is one sentence for the user, or empty."""

    def __init__(self, path: Path, patience: float) -> None:
        self.notice = ""
        self._path = path
        self._patience = patience
        self._owners = path.parent / "owners"
        self._spill = path.with_name("spill.jsonl")
        self._owner: Owner | None = None
        self.main: Database | None = None
        self.standing_in = False
        self.only_here: set[str] = set()  # entries in no file at all
        self._unclean = False

    @cached_property
    def _stand_in(self) -> Database:
        database = Database(None)
        database.start_at(_STAND_IN_START)
        return database

    @property
    def _owner_id(self) -> str:
        return self._owner.id if self._owner else ""

    def open(self) -> int:
        """Open or make the file, take in what was spilled, mark what others left; tells how many are lost."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._owner = Owner(self._owners)
        except OSError as error:
            self.notice = f"History is not kept: {self._path.parent} cannot be written ({error.strerror})."
        self.main = self._connect()
        return self._guard(self._settle, lambda: 0)

    def close(self) -> None:
        """Close the files, which get what is in memory only if they can; what is not final is lost."""
        if self.only_here:
            self._guard(lambda database: None, lambda: None)
        if self.main is not None:
            self.main.close()
        if self._owner is not None:
            self._owner.release()

    def begin(self, entry: Entry) -> Entry:
        """Write a new entry under the session's next number."""

        def stand_in() -> Entry:
            known = self.read(lambda database: database.last_number(entry.session))
            written = self._stand_in.begin(entry, self._owner_id, max(known, default=0) + 1)
            self._spill_out(written)
            return written

        return self._guard(lambda database: database.begin(entry, self._owner_id), stand_in)

    def add(self, entries: Sequence[Entry]) -> list[Entry]:
        """Write final entries in one transaction. Raises FileError when the file cannot be written."""

        def refuse() -> list[Entry]:
            raise FileError(f"Nothing was added. {self.notice}".strip(), "Mend that, and add it again.")

        return self._guard(lambda database: database.add(entries, self._owner_id), refuse)

    def progress(self, entry_id: str, segments: tuple[Segment, ...]) -> None:
        """Write the output so far. Where the entry is spilled, the spill file gets it with the end."""
        if self._stands_in(entry_id):
            self._stand_in.progress(entry_id, segments)
            return
        self._guard(lambda database: database.progress(entry_id, segments), lambda: None)

    def finish(self, entry: Entry) -> None:
        """Write the whole entry."""

        def stand_in() -> None:
            self._stand_in.keep(entry, self._owner_id)
            self._spill_out(entry)

        self._guard(lambda database: database.keep(entry, self._owner_id), stand_in)

    def late(self, entry_id: str, segments: tuple[Segment, ...]) -> bool:
        """Write the late output of a final entry. Where that is spilled, the spill file stays without."""
        if self._stands_in(entry_id):
            return self._stand_in.late(entry_id, segments)
        return self._guard(lambda database: database.late(entry_id, segments), lambda: False)

    def change(self, write: Callable[[Database], T], failed: T) -> T:
        """Change entries that are there, or what goes with them; `failed` when it cannot be written now."""
        if self.standing_in:
            write(self._stand_in)
        return self._guard(write, lambda: failed)

    def get(self, entry_id: str) -> Entry | None:
        """The entry with this id."""
        found = self.read(lambda database: database.get(entry_id))
        return next((entry for entry in found if entry is not None), None)

    def entries(self, query: Callable[[Database], list[Entry]]) -> list[Entry]:
        """What both databases answer, oldest first: those of the stand-in are newer copies, or come after."""
        found = self.read(query)
        shadows = {entry.id: entry for entry in found[0]} if len(found) > 1 else {}
        kept = [shadows.pop(entry.id, entry) for entry in found[-1]] if found else []
        return [*kept, *shadows.values()]

    def summaries(
        self, query: Callable[[Reading], list[Summary]], limit: int, *, ranked: bool = False
    ) -> list[Summary]:
        """What both databases answer: newest first, or the stand-in's before when `ranked`."""
        answers = self.read(query)
        merged: dict[str, Summary] = {}
        for summary in (summary for answer in answers for summary in answer):
            merged.setdefault(summary.id, summary)
        if len(answers) == 1 or ranked:
            return list(merged.values())[:limit]
        return sorted(merged.values(), key=lambda summary: -summary.sequence)[:limit]

    def _stands_in(self, entry_id: str) -> bool:
        return self.standing_in and self._stand_in.get(entry_id) is not None

    def _connect(self, *, fresh: bool = False) -> Database | None:
        """The file, for writing where that is possible, else for reading, else None with a notice."""
        if self._owner is None and not self._path.exists():
            return None
        if self._path.is_dir():
            self.notice = f"History is kept in memory only: {self._path} is a directory."
            return None
        try:
            with contextlib.suppress(OSError):
                os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
                self._path.chmod(0o600)
            database = Database(self._path, patience=self._patience)
            if database.network:
                self.notice = (
                    f"History is on a network file system ({database.network}): it is slower there, and only "
                    "as safe as the locks of that system. WORKBENCH_HOME takes it elsewhere."
                )
            return database
        except schema.NewerSchemaError as error:
            self.notice = (
                f"History was written by a later version (schema {error.version}) and is only read; "
                "new entries wait in a spill file."
            )
        except sqlite3.Error as error:
            if damaged(error) and not fresh:
                return self._start_afresh(None)
            self.notice = f"History cannot be written ({error}); new entries wait in a spill file."
            if self._owner is None:
                where = f"{self._path.parent} cannot be written"
                self.notice = f"History is only read, and new entries are kept in memory only: {where}."
        try:
            return Database(self._path, patience=self._patience, read_only=True)
        except sqlite3.Error as error:
            self.notice = f"History is kept in memory only: {self._path} cannot be read ({error})."
            return None

    def _start_afresh(self, database: Database | None) -> Database | None:
        """Move the damaged file aside and begin a new one with the entries that still read."""
        if database is not None:
            database.close()
            if database.replaced():  # another process has moved it already
                return self._connect()
        try:
            aside = move_aside(self._path)
        except OSError as error:
            self.notice = (
                f"History is damaged and cannot be moved aside ({error.strerror}); kept in memory only."
            )
            return None
        new = self._connect(fresh=True)
        saved = salvage(aside, new) if new is not None else 0
        self.notice = (
            f"History was damaged: it was moved to {aside.name}, {saved} entries were saved from it, "
            "and a new file was started."
        )
        return new

    def _settle(self, database: Database) -> int:
        spilled = self._take_in(database)
        lost = database.lose(lambda owner: ended(self._owners, owner))
        self._unclean = bool(lost or spilled)
        return lost

    def doubtful(self) -> bool:
        """Whether the file should be looked through: once after each end of a process that left it open."""
        # a lock file that was left behind tells of such an end
        unclean, self._unclean = bool(sweep(self._owners)) or self._unclean, False
        return unclean and self.main is not None and self._path.stat().st_size <= _CHECKED_BYTES

    def distrust(self) -> None:
        """Meet damage that was found by looking: a new file begins with the entries that still read."""
        if self.main is not None:
            self.main = self._start_afresh(self.main)

    def _take_in(self, database: Database) -> int:
        try:
            return spill.take_in(self._spill, partial(database.keep, final_wins=True))
        except OSError as error:
            self.notice = f"The spill file of history could not be read ({error.strerror or error})."
            return 0

    def _spill_out(self, entry: Entry) -> None:
        self.standing_in = True
        try:
            spill.append(self._spill, entry, self._owner_id)
            self.only_here.discard(entry.id)
        except OSError as error:
            self.only_here.add(entry.id)
            self.notice = (
                f"History is kept in memory only ({error.strerror or error}): it ends with this program."
            )

    def _guard(self, write: Callable[[Database], T], stand_in: Callable[[], T]) -> T:
        """`write` on the main database, `stand_in` when that does not work."""
        for _ in range(2):
            if self.main is not None and self.main.replaced():
                self.main.close()
                self.notice = "The history file was moved or deleted while it was open; a new one is used."
                self.main = self._connect()
            if self.main is None:
                break
            try:
                result = write(self.main)
                self._return(self.main)
                return result
            except (sqlite3.ProgrammingError, sqlite3.IntegrityError):
                raise  # a mistake of ours, not of the file
            except sqlite3.Error as error:
                if not damaged(error):
                    self.main.be_patient(_IMPATIENT_SECONDS)
                    # why a file is only read was said when it was opened
                    if not self.notice or not (self.standing_in or refused(error)):
                        self.notice = f"History cannot be written ({error}); entries wait in a spill file."
                    break
                self.main = self._start_afresh(self.main)
        self.standing_in = True
        return stand_in()

    def _return(self, database: Database) -> None:
        """Move what the stand-in holds to the main database, after a write that worked."""
        if not self.standing_in:
            return
        for entry, owner in list(self._stand_in.entries()):
            database.keep(entry, owner, final_wins=True)
            self._stand_in.remove(entry.id)
        self._take_in(database)
        database.be_patient(self._patience)
        self.standing_in = False
        self.only_here.clear()
        self.notice = ""

    def read(self, query: Callable[[Database], T]) -> list[T]:
        """What the stand-in, where it is in use, and the main database answer; newest first."""
        answers = [query(self._stand_in)] if self.standing_in or self.main is None else []
        if self.main is not None:
            try:
                answers.append(query(self.main))
            except sqlite3.ProgrammingError:
                raise
            except sqlite3.Error as error:
                self.notice = f"History cannot be read ({error})."
                if damaged(error):
                    self.main = self._start_afresh(self.main)
                    if self.main is not None:
                        answers.append(query(self.main))
        return answers
