"""What the main screen does when the session shown has lost its variables: says so, offers three ways on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend.models import Status
from workbench.controller import Controller
from workbench.history.entry import Entry
from workbench.screens.main.frame import Frame
from workbench.screens.main.replaying import ReplayDesk
from workbench.screens.main.sessions import SessionDesk

if TYPE_CHECKING:
    from workbench.widgets.output.banner import LossBanner

DIED = "The session's variables are gone: its worker ended with the execution."
REMADE = "The session's variables and files are gone: the target has made it anew."
RESTARTED = "The variables of this session are from before: it has a new worker."


class LossDesk:
    """Shows the banner, and does what is answered. `key` is that of a rebuild, in words."""

    def __init__(
        self, frame: Frame, controller: Controller, replays: ReplayDesk, sessions: SessionDesk, key: str
    ) -> None:
        self._frame = frame
        self._controller = controller
        self._replays = replays
        self._sessions = sessions
        self._key = key
        self._banner: LossBanner | None = None

    async def finished(self, entry: Entry) -> None:
        """An execution is over: offer a rebuild where variables went with it, or before it."""
        remote = not entry.isolation
        gone = entry.state_lost or (remote and entry.fresh and bool(entry.message))
        if gone and (entry.profile, entry.session) == self._shown:
            await self._offer(REMADE if remote else DIED)

    async def shown(self) -> None:
        """A session is shown: offer a rebuild where its variables are those of a worker that is gone."""
        self.close()
        if not self._controller.begins:
            return
        profile, session = self._shown
        newest = await self._controller.history.search("", 1, session, profile)
        if newest and newest[0].status in (Status.SUCCEEDED, Status.FAILED):  # what it is, a rebuild looks up
            await self._offer(RESTARTED)

    def close(self) -> None:
        """Take the banner away."""
        if self._banner is not None:
            self._banner.remove()
            self._banner = None

    async def answered(self, answer: str) -> None:
        """Do what is answered."""
        self.close()
        self._frame.editor.focus()
        if answer == "rebuild":
            await self._replays.rebuild()
        elif answer == "new":
            self._sessions.new()

    @property
    def _shown(self) -> tuple[str, str]:
        return self._controller.target.profile, self._controller.session

    async def _offer(self, text: str) -> None:
        from workbench.widgets.output.banner import LossBanner

        if self._banner is not None:
            self._banner.say(text)
            return
        self._banner = LossBanner(text, self._key)
        await self._frame.output.mount(self._banner, before=0)
