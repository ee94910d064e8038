"""Whether a session is still the one it was: an expired one is made again, empty, under the same identifier.

Three things tell. The container behind an execution, in `X-Ms-Session-Guid` of its answer (pools of Python
only). `createdAt` and `etag` of GET /session, from 2025-02-02 on, borrowed by older versions. And a target
that says it knows no such session.

Any call to a session restarts its idle clock, so nobody looks in the background: GET /session is asked right
before an execution that would restart the clock anyway, and only after the shortest time for which the
service keeps an idle session. Nothing is asked where nothing has run yet.
"""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

from backend.wire.facts import ExecutionFacts, SessionFacts
from backend.wire.messages import HttpAnswer, header

REMADE = "The session was made anew at the target, and its variables are gone."


class Trace:
    """What is known of one session, to tell when it is another one."""

    def __init__(self) -> None:
        self.ran = False
        self._container = ""
        self._created: float | None = None
        self._etag = ""
        self._etag_tells = True
        self._by_etag = ""  # the container before, when the etag alone told a loss
        self._answered_at: float | None = None  # by the target's clock
        self._called = time.monotonic()

    def idle(self) -> float:
        """Seconds since the last call."""
        return time.monotonic() - self._called

    def touched(self, answer: HttpAnswer) -> None:
        """The target answered a call for the session."""
        self._called = time.monotonic()
        try:
            self._answered_at = parsedate_to_datetime(header(answer.headers, "date")).timestamp()
        except (ValueError, TypeError, IndexError, OverflowError):
            self._answered_at = None

    def executed(self, facts: ExecutionFacts, answer: HttpAnswer, execution_id: str) -> bool:
        """Code ran; whether it ran in another container than the code before."""
        container = facts.container
        # local containers put the id of the execution there, which is another one each time
        if container in (facts.id, execution_id, header(answer.headers, "operation-id")):
            container = ""
        remade = self.ran and bool(container and self._container and container != self._container)
        if self._by_etag and container == self._by_etag:
            self._etag_tells = False  # the etag changed and the container did not
        self._by_etag = ""
        if remade:
            self._created, self._etag = None, ""
        self._container = container or self._container
        self.ran = True
        return remade

    def looked(self, facts: SessionFacts) -> bool:
        """GET /session told this; whether it is another session than before."""
        remade = self.ran and self._differs(facts)
        if remade:
            self._by_etag = "" if self._differs_in_time(facts) else self._container
            self.forget()
        self._created = facts.created_at if facts.created_at is not None else self._created
        self._etag = facts.etag or self._etag
        return remade

    def forget(self) -> None:
        """The session is gone, and what was known of it does not count for the next one."""
        self.ran = False
        self._container, self._created, self._etag = "", None, ""

    def _differs(self, facts: SessionFacts) -> bool:
        if self._differs_in_time(facts):
            return True
        return bool(self._etag_tells and self._etag and facts.etag and facts.etag != self._etag)

    def _differs_in_time(self, facts: SessionFacts) -> bool:
        """Made at another time than the one known, or after code had run in it."""
        if facts.created_at is None:
            return False
        if self._created is not None:
            return facts.created_at != self._created
        # the header has whole seconds
        return self._answered_at is not None and facts.created_at >= self._answered_at + 1
