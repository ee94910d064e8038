"""The actions of the main screen that only pass on to a desk or a pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.screens.main.buffers import BufferDesk
from workbench.screens.main.frame import Frame
from workbench.screens.main.losing import LossDesk
from workbench.screens.main.recent import RecentDesk
from workbench.screens.main.replaying import ReplayDesk
from workbench.screens.main.running import RunDesk
from workbench.screens.main.searching import SearchDesk
from workbench.screens.main.sessions import SessionDesk
from workbench.screens.main.stopping import StopDesk
from workbench.screens.main.targets import TargetDesk
from workbench.screens.main.wire import WireDesk

if TYPE_CHECKING:
    from workbench.screens.main.lending import LendDesk


class Actions(Frame):
    """What keys and palette call by name."""

    buffer_desk: BufferDesk
    session_desk: SessionDesk
    target_desk: TargetDesk
    wire_desk: WireDesk
    replay_desk: ReplayDesk
    loss_desk: LossDesk
    stop_desk: StopDesk
    run_desk: RunDesk
    search_desk: SearchDesk
    recent_desk: RecentDesk

    @property
    def lend_desk(self) -> LendDesk:
        """Gives buffers, outputs and values to other programs."""
        raise NotImplementedError

    # -- running

    def action_run(self) -> None:
        """Run selection, cell or buffer."""
        self.run_desk.run()

    def action_run_all(self) -> None:
        """Run the whole buffer."""
        self.run_desk.run_all()

    def action_run_and_go_on(self) -> None:
        """Run the cell, move into the next."""
        self.run_desk.run_and_go_on()

    def action_run_above(self) -> None:
        """Run what is above the cell."""
        self.run_desk.run_above()

    def action_run_line(self) -> None:
        """Run the statement at the cursor."""
        self.run_desk.run_line()

    async def action_stop(self) -> None:
        """Stop what runs."""
        await self.stop_desk.stop()

    async def action_stop_all(self) -> None:
        """Stop what runs and empty the queue."""
        await self.stop_desk.stop_all()

    # -- the target and its sessions

    def action_switch_target(self) -> None:
        """Ask for a target and go on there."""
        self.target_desk.switch()

    def action_connect(self) -> None:
        """Connect to a target that has no name yet."""
        self.target_desk.connect()

    async def action_replay_session(self) -> None:
        """Run the session again anywhere."""
        await self.replay_desk.replay()

    async def action_push_session(self) -> None:
        """Run the session again at another target, and leave it there."""
        await self.replay_desk.push()

    async def action_rebuild_session(self) -> None:
        """Run what the session lost again."""
        await self.loss_desk.answered("rebuild")

    async def action_go_on_empty(self) -> None:
        """Go on without what was lost."""
        await self.loss_desk.answered("empty")

    def action_track_files(self) -> None:
        """Have executions tell which files they change, or not."""
        self.target_desk.track_files()

    def action_session_exchanges(self) -> None:
        """Show what went over the wire for the session."""
        self.wire_desk.session()

    def action_sessions(self) -> None:
        """List the sessions of the target."""
        self.session_desk.show_list()

    def action_restart_session(self) -> None:
        """End the session, begin it anew."""
        self.session_desk.restart()

    def action_end_session(self) -> None:
        """End the session after asking."""
        self.session_desk.end()

    def action_new_session(self) -> None:
        """Go on in a session nobody has used."""
        self.session_desk.new()

    def action_switch_session(self) -> None:
        """Ask for a session and go on in it."""
        self.session_desk.ask()

    # -- buffers

    def action_new_buffer(self) -> None:
        """Open an empty buffer."""
        self.editor.new_buffer()

    def action_open_file(self) -> None:
        """Ask for a file and open it."""
        self.buffer_desk.open()

    def action_recent_files(self) -> None:
        """Open one of the files opened last."""
        self.run_worker(self.recent_desk.show(), group="recent-list", exclusive=True)

    def action_edit_outside(self) -> None:
        """Edit the active buffer in another program."""
        self.run_worker(self.lend_desk.edit(), group="outside")

    def action_save(self) -> None:
        """Save the active buffer."""
        self.editor.save()

    def action_save_as(self) -> None:
        """Save the active buffer to another file."""
        self.buffer_desk.save_as()

    def action_close_buffer(self) -> None:
        """Close the active buffer."""
        self.editor.close_buffer()

    def action_reopen_buffer(self) -> None:
        """Bring back the buffer closed last."""
        self.editor.action_reopen_buffer()

    # -- history

    def action_search_history(self) -> None:
        """Search over all sessions and targets."""
        self.search_desk.open()
