"""Which files an execution changed at a remote target: its session's files are listed before and after.

That is done only where it is wished: each listing starts the idle clock of the session anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from backend.changes import compare
from backend.errors import Refused, TargetError
from backend.models import FileInfo, Outcome, Status

LIMIT = 10_000  # entries of a listing that are compared

Lister = Callable[[], Awaitable[list[FileInfo]]]
"""Gives the files of the session, those in folders too where the version lists them. Raises TargetError."""

_Files = dict[str, tuple[float, float]]
_NOT_RUN = (Status.REJECTED, Status.LOST)  # nothing has changed, or it may go on changing


class Tracker:
    """Lists the files around the executions of one session.

    The listing after an execution is that before the next one when this waits in line already: nothing of
    ours comes between them. Else anybody may have changed files meanwhile, and it is asked for again.
    `patience` is in seconds for one listing. `known` is an outcome for which only the listing is missing.
    """

    def __init__(self, lister: Lister, patience: float) -> None:
        self.known: Outcome | None = None
        self._lister = lister
        self._patience = patience
        self._kept: _Files | None = None
        self._trouble = ""

    def forget(self) -> None:
        """Files were changed from here: what was listed is of the past."""
        self._kept = None

    async def around(
        self,
        run: Callable[[], Awaitable[Outcome]],
        *,
        remade: Callable[[], bool],
        follows: Callable[[], bool],
    ) -> Outcome:
        """The outcome of `run`, with the files it changed; a listing that fails is told in its message.

        `remade` tells that the session was made anew, without files, since the one before; `follows` that
        another execution comes next.
        """
        self.known, self._trouble = None, ""
        before = self._kept if self._kept is not None else await self._files()
        self._kept = None
        outcome = await run()
        if outcome.status in _NOT_RUN:
            return outcome
        if before is not None or remade():
            self.known = outcome
            after = await self._files()
            self.known = None
            self._kept = after if follows() else None
            if remade():  # what it has of before is what was sent to it since then
                before = {
                    path: facts for path, facts in (before or {}).items() if (after or {}).get(path) == facts
                }
            outcome = replace(outcome, files_changed=compare(before, after))
        said = " ".join(filter(None, (outcome.message, self._trouble)))
        return replace(outcome, message=said)

    async def _files(self) -> _Files | None:
        """The files as they are; None after a trouble, which is noted."""
        try:
            async with asyncio.timeout(self._patience):
                found = await self._lister()
        except TargetError as error:
            if isinstance(error, Refused) and error.status == 404:  # there is no such session yet
                return {}
            why = error.message
        except TimeoutError:
            why = f"The list of files did not come within {self._patience:.0f} s."
        else:
            if len(found) <= LIMIT:
                return {file.path: (file.size, file.modified) for file in found if file.kind != "directory"}
            why = f"The session has more than {LIMIT:,}."
        self._trouble = f"Which files it changed is not known. {why}"
        return None
