"""What the main screen does with targets: switch, connect, keep as profiles.

Here and beside, screens over the main one and all that speaks HTTP are imported when they are needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backend.models import Target
from workbench.controller import Controller
from workbench.screens.main.frame import Frame
from workbench.screens.main.sessions import SessionDesk
from workbench.setup import Setup

if TYPE_CHECKING:
    from workbench.screens.connect import Step


class TargetDesk:
    """Knows the targets that have a name: the profiles, and those that were connected to."""

    def __init__(self, frame: Frame, setup: Setup, controller: Controller, sessions: SessionDesk) -> None:
        self._frame = frame
        self._setup = setup
        self._controller = controller
        self._sessions = sessions
        settings = setup.settings
        self._targets = {name: settings.target(name) for name in settings.profiles}
        self._targets[setup.target.profile] = setup.target

    def target(self, profile: str) -> Target | None:
        """A target by its name; None for an unknown one."""
        return self._targets.get(profile)

    @property
    def all(self) -> tuple[Target, ...]:
        """All targets."""
        return tuple(self._targets.values())

    def switch(self) -> None:
        """Ask for a target, and go on there."""
        from workbench.screens.targets import TargetsScreen

        def chosen(answer: tuple[str, bool] | None) -> None:
            if answer is None:
                return
            name, change = answer
            if change:
                self.connect(self._targets.get(name))
            else:
                self._go(self._targets[name])

        targets = list(self._targets.values())
        self._frame.app.push_screen(TargetsScreen(targets, self._controller.target), chosen)

    def connect(self, target: Target | None = None) -> None:
        """Ask for a URL and how to sign in, and go on there."""
        from workbench.screens.connect import ConnectScreen

        def chosen(answer: Target | None) -> None:
            if answer is not None:
                self._go(answer)

        names = list(self._targets)
        self._frame.app.push_screen(ConnectScreen(target, names, _examine, self._save), chosen)

    def track_files(self) -> None:
        """Have the files listed before and after each execution, or end that; local ones always tell."""
        if not self._controller.seat.remote:
            self._frame.notify("Local executions always tell which files they change.", markup=False)
            return
        target = self._controller.seat.track_files(not self._controller.target.track_files)
        self._targets[target.profile] = target
        said = (
            "Each execution lists the files twice from now on, which keeps the session alive."
            if target.track_files
            else "Executions tell no more which files they change."
        )
        value = str(target.track_files).lower()
        self._frame.notify(
            f"{said} To keep it so, write track_files = {value} into its profile.",
            title="Changed files",
            markup=False,
        )

    def _go(self, target: Target) -> None:
        self._targets[target.profile] = target
        self._sessions.change_target(target)

    def _save(self, target: Target) -> str:
        from workbench.config.writing import save_profile

        path = self._setup.paths.config_file
        table: dict[str, str | int | float | bool] = {
            "url": target.url or "",
            "api_version": target.api_version,
        }
        drop = ["kind"]
        for name, value, default in (
            ("auth", target.auth, "none"),
            ("asynchronous", target.asynchronous, False),
            ("track_files", target.track_files, False),
        ):
            if value == default:
                drop.append(name)
            else:
                table[name] = value
        save_profile(path, target.profile, table, drop)
        self._frame.notify(f"Saved as [profiles.{target.profile}] in {path}.", title="Profile", markup=False)
        return str(path)


async def _examine(target: Target) -> Sequence[Step]:
    from backend.client.doctor import examine
    from workbench.screens.connect import Step

    found = await examine(target)
    return [Step(step.well, step.what, step.text, step.remedy, step.command) for step in found.steps]
