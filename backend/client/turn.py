"""One execution at its turn: sent once, looked at until it is final, and told as events and an outcome.

Synchronous by default: all versions have that, and sync and async executions of some containers do not share
variables. What may take longer than the service answers synchronously (220 s) is sent asynchronously where
the version has it, and so is everything when the profile says so.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from backend.client import failures, outcomes
from backend.client.calls import Calls
from backend.client.job import Job
from backend.client.options import SERVICE_LIMIT
from backend.client.polling import Poller, Seen
from backend.client.retry import wait
from backend.client.standing import Standing
from backend.errors import AnswerLost, Refused, TargetError, WorkbenchError
from backend.models import Chunk, Exchanged, Outcome, SessionState, Stage, Started, Stream
from backend.wire.facts import Execute
from backend.wire.messages import HttpAnswer, HttpRequest, header
from backend.wire.versions import Option


class Turn:
    """Runs one job in a session. `standing` is the session's state and what is known of it."""

    def __init__(
        self, job: Job, session: str, calls: Calls, standing: Standing, output_limit: int | None
    ) -> None:
        self._job = job
        self._session = session
        self._calls = calls
        self._standing = standing
        options = calls.options
        limit = job.submission.timeout
        self._asynchronous = calls.features.asynchronous and (
            options.asynchronous or (limit is not None and limit > SERVICE_LIMIT)
        )
        self._output_limit = output_limit if Option.OUTPUT_LIMIT in calls.features.options else None
        self.remade = False  # the session was made anew before the code ran
        self._begun = False
        self._waits = 0
        self._waited = 0.0
        self._sent_at = 0.0
        self._troubled: str | None = None
        self._poller = Poller(calls, self._output_limit, self._tell, self._trouble)

    async def run(self) -> Outcome:
        """The outcome, whatever happens at the target."""
        try:
            await self._standing.look_before(self._tell)
            await self._calls.transport.ready()
            seen = await self._submitted()
            if not seen.facts.final:
                seen = await self._followed(seen)
        except AnswerLost as error:
            return outcomes.lost(str(error))
        except TargetError as error:
            self._standing.failed(error)
            return outcomes.rejected(error)
        except WorkbenchError as error:
            return outcomes.rejected(error)
        return self._told(seen)

    async def _submitted(self) -> Seen:
        """The target's answer to the code, or what it tells of it after the answer was lost.

        Raises AnswerLost when it may have run, any other TargetError when it has not.
        """
        reshaped = False
        while True:
            try:
                return self._poller.read(await self._sent())
            except TargetError as error:
                if failures.outcome_unknown(error):
                    return await self._found(error)
                self._job.sent = False
                if failures.no_room(error):
                    await self._wait(error)
                elif failures.wrong_shape(error) and not reshaped:
                    reshaped = True
                    self._calls.other_shape = not self._calls.other_shape
                else:
                    if failures.wrong_shape(error):
                        self._calls.other_shape = not self._calls.other_shape
                    raise

    async def _sent(self) -> HttpAnswer:
        """Send the code, once. A request that is not refused at once counts as code that runs."""
        self._job.sent = True
        self._sent_at = time.monotonic()
        sending = asyncio.create_task(self._calls.once(self._request(), self._tell, self._patience()))
        try:
            await asyncio.wait({sending}, timeout=self._calls.options.begun)
            if not sending.done():
                self._begin()
            return await sending
        finally:
            if not sending.done():
                sending.cancel()
                await asyncio.wait({sending})

    def _request(self) -> HttpRequest:
        submission = self._job.submission
        execute = Execute(
            submission.code,
            self._session,
            submission.id,
            submission.timeout,
            self._asynchronous,
            self._output_limit,
        )
        return self._calls.wire.execute(execute, other_shape=self._calls.other_shape)

    def _patience(self) -> float | None:
        """Seconds until the answer is given up.

        An execution without a limit, of a version whose executions cannot be looked up, may take as long as
        it likes on this machine; the service ends it.
        """
        options, limit = self._calls.options, self._job.submission.timeout
        if self._asynchronous:
            return options.calling
        if limit is not None:
            return limit + options.grace
        endless = self._calls.endpoint.loopback and not self._calls.features.operation_ids
        return None if endless else options.unlimited

    async def _wait(self, error: TargetError) -> None:
        """Wait for room, where the target had none: nothing has run. Raises the error after too long."""
        self._waits += 1
        told = error.retry_after if isinstance(error, Refused) else None
        seconds = wait(self._calls.options, self._waits, told)
        self._waited += seconds
        if self._waited > self._calls.options.room_patience:
            raise error
        self._job.stage(Stage.WAITING, seconds=seconds)
        await asyncio.sleep(seconds)

    async def _found(self, error: TargetError) -> Seen:
        """What the target tells of an execution whose answer was lost. It is never sent again."""
        if self._calls.features.operation_ids:
            request = self._calls.operation(self._session, self._job.id)
            seen = await self._poller.find(request)
            if seen is not None:
                return seen
        raise AnswerLost(error.message, error.hint if isinstance(error, AnswerLost) else "") from None

    async def _followed(self, seen: Seen) -> Seen:
        """The execution at its end, which goes on at the target without us."""
        self._begin()
        self._job.stage(Stage.POLLING)
        execution_id = seen.facts.id or self._job.id
        location = header(seen.answer.headers, "operation-location")
        request = self._calls.operation(self._session, execution_id, location)
        limit, options = self._job.submission.timeout, self._calls.options
        deadline = None
        if limit is not None:
            deadline = max(self._sent_at + limit + options.grace, time.monotonic() + options.lookup)
        return await self._poller.follow(request, deadline)

    def _told(self, seen: Seen) -> Outcome:
        begun = self._begun
        self.remade = remade = self._standing.executed(seen.facts, seen.answer, self._job.id)
        self._begin()
        if remade and begun:
            self._standing.take_loss()
        for stream, text in ((Stream.STDOUT, seen.facts.stdout), (Stream.STDERR, seen.facts.stderr)):
            if text:
                self._job.emit(Chunk(self._job.id, stream, text))
        return outcomes.told(seen.facts, remade=remade, said=not begun)

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._job.emit(Started(self._job.id, self._standing.take_loss()))
            self._standing.running()

    def _tell(self, exchange: Mapping[str, Any]) -> None:
        self._job.emit(Exchanged(self._job.id, exchange))

    def _trouble(self, reason: str | None) -> None:
        if reason is None:
            self._standing.running()
        elif reason != self._troubled:
            self._standing.watchers.change(SessionState.OFFLINE, f"{reason} The execution goes on there.")
        self._troubled = reason
