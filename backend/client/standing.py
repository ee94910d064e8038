"""How a session stands: its state, told to its watchers, and whether it is still the one it was."""

from __future__ import annotations

from backend.client import failures
from backend.client.calls import Calls
from backend.client.lost import REMADE, Trace
from backend.client.recording import Tell
from backend.client.watchers import Watchers
from backend.errors import Refused, TargetError, Unreachable
from backend.models import SessionState
from backend.wire.facts import ExecutionFacts, SessionFacts
from backend.wire.messages import HttpAnswer


class Standing:
    """State of one session and news about it."""

    def __init__(self, session: str, calls: Calls) -> None:
        self.watchers = Watchers()
        self.trace = Trace()
        self._session = session
        self._calls = calls
        self._untold = False  # a loss that no Started has told

    def tell(self) -> Tell | None:
        """Who takes exchanges outside of executions; None while nobody watches."""
        return self.watchers.exchanged if self.watchers.watched else None

    def lost(self) -> None:
        """The session is gone, or is another one under the same identifier."""
        self.trace.forget()
        self._untold = True
        self.watchers.change(SessionState.LOST, REMADE)

    def take_loss(self) -> bool:
        """Whether there is a loss to tell; it is told now."""
        untold, self._untold = self._untold, False
        return untold

    def running(self) -> None:
        """Code runs in it."""
        self.watchers.change(SessionState.RUNNING)

    def rests(self) -> None:
        """Nothing runs in it any more. What is lost or out of reach stays so until the next answer."""
        if self.watchers.state is not SessionState.OFFLINE and not self._untold:
            self.watchers.change(SessionState.IDLE)

    def failed(self, error: TargetError) -> None:
        """A call for the session went wrong."""
        if isinstance(error, Unreachable):
            self.watchers.change(SessionState.OFFLINE, str(error))
        elif failures.session_gone(error) and self.trace.ran:
            self.lost()

    def answered(self, answer: HttpAnswer) -> None:
        """A call for the session went well."""
        self.trace.touched(answer)
        if self.watchers.state is SessionState.OFFLINE:
            self.watchers.change(SessionState.IDLE)

    def executed(self, facts: ExecutionFacts, answer: HttpAnswer, execution_id: str) -> bool:
        """Code ran; whether in a session that had been made anew before."""
        self.answered(answer)
        remade = self.trace.executed(facts, answer, execution_id)
        if remade:
            self._untold = True
            self.watchers.change(SessionState.LOST, REMADE)
        return remade

    async def look_before(self, tell: Tell | None) -> None:
        """Find out before an execution whether the session has gone meanwhile. Never raises TargetError."""
        options = self._calls.options
        if not self.trace.ran or self.trace.idle() < options.idle:
            return
        request = self._calls.wire.session(self._session)
        try:
            answer = await self._calls.once(request, tell, options.looking)
            facts = self._calls.wire.read_session(answer)
        except Refused as error:
            if self._gone(error, request.borrowed_from is not None) and self.trace.ran:
                self.lost()
            return
        except TargetError:  # also one that cannot be read
            return
        self.looked(answer, facts)

    def looked(self, answer: HttpAnswer, facts: SessionFacts) -> None:
        """The target told of the session."""
        self._calls.tells_sessions = True
        if self.trace.looked(facts):
            self._untold = True
            self.watchers.change(SessionState.LOST, REMADE)
        self.answered(answer)

    def _gone(self, error: Refused, borrowed: bool) -> bool:
        """Whether there is no such session; a borrowed call may just as well be unknown to the target."""
        if failures.session_gone(error):
            return True
        return error.status == 404 and (not borrowed or self._calls.tells_sessions)
