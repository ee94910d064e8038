"""The replay screen."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widgets import OptionList

from backend.errors import WorkbenchError
from workbench.history.entry import Entry
from workbench.named import named
from workbench.replay import report, rules
from workbench.replay.job import Job
from workbench.replay.run import Compared, Progress, Running, Sending
from workbench.sanitize import sanitize_line
from workbench.screens.replay.order import Order, Where
from workbench.screens.replay.view import ReplayView


class ReplayScreen(ReplayView):
    """Runs an order and shows what comes of it. Dismisses with where to go, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "start", "Run", tooltip="Runs what is checked, in order.", priority=True),
        Binding("f8", "stop", "Stop", tooltip="Stops what runs, and begins nothing more.", priority=True),
        Binding("p", "pause", "Pause", tooltip="Lets what runs end and nothing begin; again: goes on."),
        Binding("space", "check", "Check", tooltip="Whether the execution runs again."),
        Binding("a", "toggle_all", "All", tooltip="Checks all executions, or none."),
        Binding("f", "check_from", "From here", tooltip="Checks this one and all after it."),
        Binding("t", "target", "Target", tooltip="Where it runs: target, API version, interpreter, session."),
        Binding("g", "go_on", "Go on", tooltip="Whether it goes on after an execution that differs."),
        Binding("i", "ignore", "Not count", tooltip="Lines like this one do not count."),
        Binding("u", "count", "Count again", tooltip="The line marked last counts again."),
        Binding("s", "save", "Report", tooltip="Writes a report, as .md or .json."),
        Binding("o", "go", "Go there", tooltip="Goes on in the session that it ran in."),
        Binding("tab", "app.focus_next", "Next", show=False),
    ]

    def __init__(self, order: Order) -> None:
        super().__init__(order)
        self._made_for: Where | None = None
        self._job: Job | None = None

    def on_mount(self) -> None:
        """Fill the list, and ask what the target lacks."""
        self._head()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._fill()
        first = next((at for at, one in enumerate(self._board.entries) if one.id in self._board.checked), 0)
        self.query_one("#steps", OptionList).highlighted = first
        self._ask()

    # -- the plan

    @work(group="plan", exclusive=True)
    async def _ask(self) -> None:
        """Ask source and target what they have."""
        self._board.plan = None
        try:
            self._board.plan = await (await self._made()).plan()
        except WorkbenchError as error:
            self._say(str(error), "$text-error")
        self._show()

    async def _made(self) -> Job:
        """The job for what is checked, at the target chosen. Raises WorkbenchError."""
        chosen = self._board.chosen
        if self._job is None or self._made_for != self._where:
            await self._leave()
            self._job, self._made_for = self._order.make(self._where, chosen), self._where
        self._job.entries = chosen
        return self._job

    async def _leave(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            await job.close()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What changes the plan waits until nothing runs; what needs an outcome waits for one."""
        board = self._board
        if action in ("check", "toggle_all", "check_from", "start"):
            return not self._runs
        if action == "target":
            return not self._runs and not self._order.fixed
        if action in ("stop", "pause"):
            return self._runs
        if action == "ignore":
            return bool(board.comparisons)
        if action == "count":
            return bool(board.marks)
        if action == "save":
            return board.replay is not None and not self._runs
        if action == "go":
            stays = self._order.going or bool(self._where.session)
            return stays and board.replay is not None and not self._runs
        return True

    def action_check(self) -> None:
        """Check the execution under the cursor, or do no longer."""
        if (entry := self._current) is not None:
            self._board.toggle(entry)
            self._changed()

    def action_toggle_all(self) -> None:
        """Check all, or none."""
        self._board.toggle_all()
        self._changed()

    def action_check_from(self) -> None:
        """Check the execution under the cursor and those after it."""
        if (entry := self._current) is not None:
            self._board.check_from(entry)
            self._changed()

    @on(OptionList.OptionSelected, "#steps")
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        if not self._runs and self._board.replay is None:
            self.action_check()
        else:
            self.query_one("#rows", OptionList).focus()

    def action_target(self) -> None:
        """Ask where it runs."""
        from workbench.screens.replay.where import WhereScreen

        def chosen(where: Where | None) -> None:
            if where is not None and where != self._where:
                self._where = where
                self._board.begin()
                self._head()
                self._changed()

        order = self._order
        made = "a new one, which stays" if order.going else "one made for it, which goes afterwards"
        self.app.push_screen(WhereScreen(order.targets, self._where, made), chosen)

    def action_go_on(self) -> None:
        """Go on after differences, or stop at the first."""
        self._goes_on = not self._goes_on
        if self._job is not None and self._job.replayer is not None:
            self._job.replayer.go_on = self._goes_on
        self._stand()

    def _changed(self) -> None:
        self._fill()
        self._ask()

    # -- running

    def action_start(self) -> None:
        """Run what is checked."""
        if not self._board.chosen:
            self._say("Nothing is checked: space checks the execution under the cursor.", "$text-warning")
        elif not self._runs:
            self._runs = True
            self._board.begin()
            self.refresh_bindings()
            self._fill()
            self._run()

    @work(group="replay", exclusive=True)
    async def _run(self) -> None:
        board = self._board
        try:
            job = await self._made()
            board.plan = await job.plan()
            replay = await job.run(board.plan, board.rules, self._heard, go_on=self._goes_on)
            board.take(replay.comparisons)
            board.replay = replay.under(board.rules)
        except WorkbenchError as error:
            self.notify(sanitize_line(str(error)), title=error.title, severity="error", markup=False)
        finally:
            board.running = ""
            await self._leave()
            self._runs = False
        self._fill()
        self._show()

    def _heard(self, progress: Progress) -> None:
        board = self._board
        if isinstance(progress, Sending):
            self._say(f"sending {progress.file.path} ({progress.done + 1} of {progress.total} files)")
        elif isinstance(progress, Running):
            board.running = progress.step.entry.id
            self._follow(progress.step.entry)
        elif isinstance(progress, Compared):
            board.running = ""
            board.take([progress.comparison])
            self._redraw(progress.comparison.before)
            self._show()

    def _follow(self, entry: Entry) -> None:
        """Keep the cursor at what runs, as long as the list has the focus."""
        listed = self.query_one("#steps", OptionList)
        if listed.has_focus:
            listed.highlighted = self._board.entries.index(entry)
        self._redraw(entry)

    def action_pause(self) -> None:
        """Wait before the next execution, or go on."""
        replayer = self._job.replayer if self._job is not None else None
        if replayer is None:
            return
        if replayer.paused:
            replayer.resume()
            self._stand()
        else:
            replayer.pause()
            self._say("paused: p goes on", "$text-warning")

    async def action_stop(self) -> None:
        """Stop what runs."""
        if self._job is not None:
            self._say("stopping…", "$text-warning")
            await self._job.stop()

    def action_close(self) -> None:
        """Stop what runs; close when nothing does."""
        if self._runs:
            self.run_worker(self.action_stop())
        else:
            self.run_worker(self._close(), group="close", exclusive=True)

    async def _close(self) -> None:
        await self._leave()
        self.dismiss(None)

    async def action_go(self) -> None:
        """Go on in the session that it ran in."""
        replay = self._board.replay
        if replay is not None:
            await self._leave()
            self.dismiss(Where(self._where.target, replay.destination.session))

    # -- rules and reports

    def action_ignore(self) -> None:
        """Lines like the one under the cursor do not count any more."""
        at = self.query_one("#rows", OptionList).highlighted
        line = self._rows[at].marked if at is not None and at < len(self._rows) else ""
        if not line.strip():
            self.notify("Put the cursor on a line that differs (Tab goes there).", markup=False)
            return
        self._board.marks.append(rules.marking(line))
        self._again()

    def action_count(self) -> None:
        """Let the line marked last count again."""
        self._board.marks.pop()
        self._again()

    def _again(self) -> None:
        self._board.compare_again()
        self._fill()
        self._show()

    def action_save(self) -> None:
        """Ask for a file and write the report to it."""
        from workbench.screens.prompt import PromptScreen

        def problem(value: str) -> str | None:
            good = Path(value.strip()).suffix.lower() in (".md", ".json")
            return None if good else "A report is written as .md or .json."

        def chosen(value: str | None) -> None:
            if value:
                self._write(named(value.strip()))

        self.app.push_screen(
            PromptScreen("Save report", value="replay.md", problem=problem, paths=True), chosen
        )

    @work(group="report")
    async def _write(self, path: Path) -> None:
        from workbench.transfers import destination

        replay = self._board.replay
        assert replay is not None
        told = report.markdown([replay])
        if path.suffix.lower() == ".json":
            told = json.dumps(report.as_json([replay]), default=str, indent=1) + "\n"

        async def pieces() -> AsyncIterator[bytes]:
            yield told.encode("utf-8", "replace")

        try:
            await destination.write(path, pieces())
        except WorkbenchError as error:
            self.notify(sanitize_line(str(error)), title=error.title, severity="error", markup=False)
        else:
            self.notify(sanitize_line(f"Report written to {path}."), markup=False)
