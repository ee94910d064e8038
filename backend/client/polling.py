"""Looking at an execution that goes on without us, until it is final."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from backend.client import failures
from backend.client.calls import Calls
from backend.client.recording import Tell
from backend.client.retry import Delays, wait
from backend.errors import AnswerLost, NotAllowed, Refused, TargetError, Unreachable
from backend.records import dataclass
from backend.wire.facts import ExecutionFacts
from backend.wire.messages import HttpAnswer, HttpRequest
from backend.wire.problems import WireError

UNKNOWN = 4  # looks at an execution that the target does not know: it may be new there


@dataclass(frozen=True, slots=True)
class Seen:
    """An execution as an answer told it, with the answer."""

    facts: ExecutionFacts
    answer: HttpAnswer


class Poller:
    """Looks at one execution. `trouble` is told why looks fail now, and with None that they work again."""

    def __init__(
        self, calls: Calls, limit: int | None, tell: Tell | None, trouble: Callable[[str | None], None]
    ) -> None:
        self._calls = calls
        self._limit = limit
        self._tell = tell
        self._trouble = trouble

    def read(self, answer: HttpAnswer) -> Seen:
        """What an answer tells. Raises BadAnswer."""
        try:
            return Seen(self._calls.wire.read_execution(answer, limit=self._limit), answer)
        except WireError as problem:
            raise self._calls.unreadable(answer, problem) from None

    async def look(self, request: HttpRequest) -> Seen:
        """The execution as it is now. Raises TargetError."""
        return self.read(await self._calls.once(request, self._tell, self._calls.options.calling))

    async def follow(self, request: HttpRequest, deadline: float | None) -> Seen:
        """The execution once it is final. `deadline` is on the monotonic clock.

        Looks that fail are repeated for `Options.patience` seconds: it goes on there meanwhile. Raises
        AnswerLost when it is not final by then, or the target does not know it.
        """
        options = self._calls.options
        delays = Delays(options.first_poll, options.slowest_poll)
        failed_since: float | None = None
        failed = unknown = 0
        while True:
            pause = delays.next()
            await asyncio.sleep(max(pause, wait(options, failed)) if failed else pause)
            try:
                seen = await self.look(request)
            except TargetError as error:
                failed += 1
                unknown = unknown + 1 if _unknown(error) else 0
                now = time.monotonic()
                failed_since = failed_since or now
                if unknown >= UNKNOWN:
                    raise AnswerLost("The target does not know this execution any more.") from None
                if now - failed_since >= options.patience or (deadline is not None and now >= deadline):
                    raise AnswerLost(error.message, error.hint) from None
                self._trouble(str(error))
                continue
            if failed:
                self._trouble(None)
                failed, unknown, failed_since = 0, 0, None
            if seen.facts.final:
                return seen
            if deadline is not None and time.monotonic() >= deadline:
                raise AnswerLost("It was not finished in time.")

    async def find(self, request: HttpRequest) -> Seen | None:
        """An execution whose answer was lost; None when the target does not tell within `Options.lookup`."""
        options = self._calls.options
        delays = Delays(options.first_poll, options.slowest_poll)
        unknown = 0
        try:
            async with asyncio.timeout(options.lookup):
                while unknown < UNKNOWN:
                    try:
                        return await self.look(request)
                    except TargetError as error:
                        if not (_unknown(error) or failures.worth_repeating(error) or _away(error)):
                            return None
                        unknown += _unknown(error)
                    await asyncio.sleep(delays.next())
        except TimeoutError:
            pass
        return None


def _unknown(error: TargetError) -> bool:
    return isinstance(error, Refused) and error.status == 404 and not failures.no_room(error)


def _away(error: TargetError) -> bool:
    return isinstance(error, Unreachable | NotAllowed)
