"""How far transfers are: shown while they move, told when they have ended."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.timer import Timer

from workbench import format
from workbench.controller import Controller
from workbench.sanitize import sanitize, sanitize_line
from workbench.screens.main.frame import Frame

if TYPE_CHECKING:
    from workbench.transfers.transfer import Transfer

EVERY = 0.25  # seconds between two looks at what moves
LISTED = 1.0  # seconds between two listings of the session while files arrive there


class ProgressDesk:
    """Keeps files pane and status bar in step with the transfers. `key` shows their list."""

    def __init__(self, frame: Frame, controller: Controller, key: str) -> None:
        self._frame = frame
        self._controller = controller
        self._key = key
        self._timer: Timer | None = None
        self._arrived = False
        self._listed = 0.0

    def changed(self, transfer: Transfer) -> None:
        """A transfer is in another state."""
        from workbench.transfers.transfer import Direction, State

        if transfer.state is State.DONE and transfer.direction is Direction.UP and self.is_shown(transfer):
            self._arrived = True
        if self._timer is None and self._controller.transfers.moving:
            self._timer = self._frame.set_interval(EVERY, self._look)
            self._look()
        elif self._timer is not None and not self._controller.transfers.moving:
            self._timer.stop()
            self._timer = None
            self._look()
            self._tell(self._controller.transfers.batch)

    def is_shown(self, transfer: Transfer) -> bool:
        """Whether its session is the one on the screen."""
        return (transfer.target, transfer.session) == (self._controller.target, self._controller.session)

    def _look(self) -> None:
        words = self._controller.transfers.progress.words
        self._frame.files.show_moving(words, self._key)
        self._frame.status.update_status(moving=words)
        if self._arrived and (not words or time.monotonic() - self._listed >= LISTED):
            self._arrived, self._listed = False, time.monotonic()
            self._frame.run_worker(self._frame.files.refresh_files(), group="files", exclusive=True)

    def _tell(self, batch: Sequence[Transfer]) -> None:
        """One notice for all that were asked for together, as grave as the worst of them."""
        from workbench.transfers.transfer import Direction, State

        def many(state: State, direction: Direction | None = None) -> int:
            return sum(one.state is state and direction in (None, one.direction) for one in batch)

        counts = [
            (many(State.DONE, Direction.UP), "uploaded"),
            (many(State.DONE, Direction.DOWN), "downloaded"),
            (many(State.CANCELLED), "cancelled"),
            (many(State.FAILED), "failed"),
        ]
        said = ", ".join(f"{format.count(number, 'file')} {word}" for number, word in counts if number)
        failed = [one for one in batch if one.state is State.FAILED]
        if not failed:
            alone = f" to {batch[0].local}" if len(batch) == 1 and counts[1][0] else ""
            self._frame.notify(sanitize_line(f"{said}{alone}."), title="Transfers", markup=False)
            return
        if len(batch) == 1:
            said = sanitize(f"{failed[0].complaint} {failed[0].remedy}".strip())
        else:
            said = sanitize(f"{said}. {failed[0].complaint}")
        title = f"Transfers: {format.key_words(self._key)} in the files pane lists them"
        self._frame.notify(said, title=title, severity="error", timeout=10, markup=False)
