"""The files pane: what one can ask for the files that are chosen."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Tree

from workbench.commands.command import Command, Needs, Place, bindings
from workbench.commands.files import COMMANDS
from workbench.format import key_words
from workbench.widgets.files import messages
from workbench.widgets.files.rows import Kind, Row
from workbench.widgets.files.selecting import Selecting
from workbench.widgets.files.selection import fits, told

_NEEDS = {command.action: command.needs for command in COMMANDS}


class FilesPane(Selecting):
    """Shows files; all that reaches beyond the pane is asked for by message."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(COMMANDS, Place.FILES)
    BORDER_TITLE = "Files"
    ALLOW_MAXIMIZE = True

    # -- what can be done now

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A command is there when what is chosen has what it needs; see Command.needs."""
        if action == "clear":
            return self.busy or bool(self.picked) or self.has_class("-filtering")
        if action == "open":
            return True  # the root and notes open too
        return fits(_NEEDS.get(action, Needs.NOTHING), self.chosen)

    def commands(self) -> list[Command]:
        """The commands that can be given now, for a menu."""
        return [
            command
            for command in COMMANDS
            if command.palette and fits(command.needs, self.chosen) and self.check_action(command.action, ())
        ]

    def lacks(self, command: Command) -> str:
        """Why a command cannot be given now, in a sentence; empty when it can."""
        if fits(command.needs, self.chosen):
            return ""
        return f"“{command.label}” needs {command.needs.value}: go to a file, or select some with Space."

    @property
    def subject(self) -> str:
        """What commands work on now, in a few words."""
        chosen = self.chosen
        if self.picked:
            return told(chosen)
        return chosen[0].name if chosen else "Files"

    # -- rows

    def action_open(self) -> None:
        """Preview the file, open or close the folder, or follow the note under the cursor."""
        self._tree.action_select_cursor()

    def action_expand(self) -> None:
        """Open the folder under the cursor; in an open one go to its first entry."""
        self._tree.unfold()

    def action_collapse(self) -> None:
        """Close the folder under the cursor, or go to the folder around it."""
        self._tree.fold()

    def action_clear(self) -> None:
        """Stop what is being done; else select nothing; else clear and close the filter."""
        if self.busy:
            self.post_message(messages.StopAsked())
        elif self.picked:
            self.clear_selection()
        else:
            self.unfilter()

    def action_refresh_files(self) -> None:
        """Read the open folders again."""
        self.run_worker(self.refresh_files(), group="refresh", exclusive=True)

    # -- what is asked of the screen

    def action_menu(self) -> None:
        """Ask for the menu, at the row under the cursor."""
        region = self._tree.content_region
        line = self._tree.cursor_line - self._tree.scroll_offset.y
        self.post_message(messages.MenuAsked(region.x + 4, region.y + max(0, line) + 1))

    def action_delete(self) -> None:
        """Ask for deletion of what is chosen."""
        self.post_message(messages.DeleteAsked(self.chosen))

    def action_new_file(self) -> None:
        """Ask for a new file in the folder with the cursor."""
        self.post_message(messages.NewFileAsked(self.folder))

    def action_new_folder(self) -> None:
        """Ask for a new folder in the folder with the cursor."""
        self.post_message(messages.NewFolderAsked(self.folder))

    def action_rename(self) -> None:
        """Ask for another path for what is chosen."""
        self.post_message(messages.RenameAsked(self.chosen[0]))

    def action_upload(self) -> None:
        """Ask for files to be sent to the folder under the cursor."""
        self.post_message(messages.UploadAsked(self.folder))

    def action_download(self) -> None:
        """Ask for what is chosen to be fetched."""
        self.post_message(messages.DownloadAsked(self.chosen))

    def action_transfers(self) -> None:
        """Show the list of transfers."""
        self.post_message(messages.TransfersAsked())

    def on_paste(self, event: events.Paste) -> None:
        """Files that are dropped on a terminal come as their pasted paths."""
        event.stop()
        self.post_message(messages.PathsDropped(event.text, self.folder))

    def show_moving(self, words: str, key: str) -> None:
        """Say at the foot how far transfers are; nothing when `words` are empty. `key` shows their list."""
        from workbench.widgets.files.moving import MovingLine  # with the first transfer

        if words and not self.query(MovingLine):
            self.mount(MovingLine(key_words(key)))
        for line in self.query(MovingLine):
            line.words = words

    def on_moving_line_clicked(self) -> None:
        """Show the list of transfers. Found by its name, so that the line is imported when there is one."""
        self.action_transfers()

    def action_edit_outside(self) -> None:
        """Ask for a copy to be opened in the user's editor."""
        self.post_message(messages.OutsideAsked("edit", self.chosen[0]))

    def action_page_outside(self) -> None:
        """Ask for a copy to be opened in the user's pager."""
        self.post_message(messages.OutsideAsked("page", self.chosen[0]))

    def action_view_outside(self) -> None:
        """Ask for a copy to be opened in the system's viewer."""
        self.post_message(messages.OutsideAsked("view", self.chosen[0]))

    def action_insert_path(self) -> None:
        """Ask for the chosen paths to be put into the editor."""
        self.post_message(messages.PathChosen(tuple(info.path for info in self.chosen)))

    def action_exchanges(self) -> None:
        """Show what went over the wire for the files."""
        self.post_message(messages.ExchangesAsked())

    # -- what the tree tells

    @on(Tree.NodeSelected)
    def _row_chosen(self, message: Tree.NodeSelected[Row]) -> None:
        message.stop()
        row = message.node.data
        if row is None:
            return
        if row.kind is Kind.FILE and row.info is not None:
            self.post_message(messages.Opened(row.info))
        elif row.kind is Kind.MORE:
            self._known.next_page(row.path)
            self._sync()
        elif row.kind is Kind.ERROR:
            self.load(row.path)

    @on(Tree.NodeExpanded)
    def _folder_opened(self, message: Tree.NodeExpanded[Row]) -> None:
        message.stop()
        if message.node.data is not None:
            self.load(message.node.data.path)

    @on(Tree.NodeCollapsed)
    @on(Tree.NodeHighlighted)
    def _keep_inside(self, message: Message) -> None:
        message.stop()
        # which keys the footer shows depends on the row under the cursor
        self.refresh_bindings()
