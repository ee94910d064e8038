"""Commands that work wherever the focus is."""

from __future__ import annotations

from workbench.commands.command import Command
from workbench.commands.command import app_command as _command
from workbench.commands.run import ANSWER, RUN
from workbench.commands.target import SESSION, TARGET

BUFFER = (
    _command("buffer.new", "New buffer", "ctrl+n", "Open an empty buffer.", "new_buffer", "Buffer"),
    _command("buffer.open", "Open file", "ctrl+o", "Open a file in a buffer.", "open_file", "Buffer"),
    _command(
        "buffer.recent",
        "Recent files",
        "ctrl+t",
        "Open one of the files that were opened or saved last.",
        "recent_files",
        "Buffer",
    ),
    _command(
        "buffer.edit-outside",
        "Edit buffer in $EDITOR",
        "alt+q",
        "Open the buffer in your editor; what you change there comes back as one step of undo.",
        "edit_outside",
        "Buffer",
    ),
    _command(
        "buffer.save",
        "Save",
        "ctrl+s",
        "Save the buffer to its file; asks for a name when it has none.",
        "save",
        "Buffer",
        fixed=True,
        footer="Save",
    ),
    _command(
        "buffer.save-as",
        "Save as",
        "alt+s",
        "Save the buffer to another file.",
        "save_as",
        "Buffer",
    ),
    _command(
        "buffer.close",
        "Close buffer",
        "ctrl+w",
        "Close the buffer; one with unsaved changes of a file asks first.",
        "close_buffer",
        "Buffer",
    ),
    _command(
        "buffer.reopen",
        "Reopen closed buffer",
        "alt+w",
        "Bring back the buffer that was closed last.",
        "reopen_buffer",
        "Buffer",
        aliases=("ctrl+shift+t",),
    ),
)

VIEW = (
    _command("view.editor", "Go to editor", "f2", "Move the focus to the editor.", "go('editor')", "View"),
    _command("view.output", "Go to output", "f3", "Move the focus to the output.", "go('output')", "View"),
    _command(
        "view.history", "Go to history", "f4", "Move the focus to the history.", "go('history')", "View"
    ),
    _command("view.files", "Go to files", "f7", "Move the focus to the files.", "go('files')", "View"),
    _command(
        "view.jump",
        "Jump",
        "alt+o",
        "Put a letter on every pane, buffer and action of any screen; the letter goes there.",
        "jump",
        "View",
        footer="Jump",
    ),
    _command(
        "view.next",
        "Next pane",
        "f6",
        "Move the focus to the next pane.",
        "next_pane(1)",
        "View",
        footer="Panes",
    ),
    _command(
        "view.previous",
        "Previous pane",
        "shift+f6",
        "Move the focus to the pane before.",
        "next_pane(-1)",
        "View",
    ),
    _command(
        "view.maximise",
        "Maximise pane",
        "f9",
        "Give the focused pane the whole screen, or give it back.",
        "maximise_pane",
        "View",
    ),
    _command(
        "view.sidebar",
        "Show or hide the sidebar",
        "ctrl+b",
        "Show or hide history and files.",
        "toggle_sidebar",
        "View",
    ),
    _command(
        "view.variables",
        "Show or hide variables",
        "alt+y",
        "The variables of a local session in the sidebar, brought up to date after each execution.",
        "toggle_variables",
        "View",
    ),
    _command(
        "view.hide",
        "Hide pane",
        "shift+f9",
        "Hide the focused pane; going to it shows it again.",
        "hide_pane",
        "View",
    ),
    *(
        _command(
            f"view.border-{where}",
            f"Move border {words}",
            f"alt+shift+{where}",
            f"Move the border beside the focused pane {words}; the mouse drags borders too.",
            f"resize_pane({columns}, {rows})",
            "View",
        )
        for where, words, columns, rows in (
            ("left", "to the left", -4, 0),
            ("right", "to the right", 4, 0),
            ("up", "up", 0, -2),
            ("down", "down", 0, 2),
        )
    ),
    _command(
        "view.reset-layout",
        "Reset layout",
        "",
        "Show every pane, each in its first size.",
        "reset_layout",
        "View",
    ),
    _command(
        "view.keys",
        "Change keys",
        "",
        "All commands with their keys: find one, see what is in its way, press another key for it.",
        "keys",
        "View",
    ),
    _command("view.theme", "Change theme", "", "Choose a theme, seeing each as you go.", "theme", "View"),
    _command(
        "view.picture",
        "Save a picture of the screen",
        "",
        "Write the screen as an SVG file; identifiers of sessions are masked in it.",
        "picture",
        "View",
    ),
)

GENERAL = (
    _command(
        "history.search",
        "Search history",
        "ctrl+r",
        "Find executions of all sessions and targets by their code, output, outcome, time or files.",
        "search_history",
        "History",
        fixed=True,
        footer="Search",
    ),
    _command(
        "app.palette",
        "Command palette",
        "ctrl+p",
        "Find any command by name and run it.",
        "app.command_palette",
        "App",
        fixed=True,
        palette=False,
        footer="Palette",
        priority=True,
    ),
    _command(
        "app.help", "Help", "f1", "All keys, and what they do.", "help", "App", fixed=True, footer="Help"
    ),
    _command(
        "app.quit",
        "Quit",
        "ctrl+q",
        "Leave. Buffers are kept as they are; what still runs is stopped.",
        "quit",
        "App",
        fixed=True,
        footer="Quit",
    ),
)

COMMANDS: tuple[Command, ...] = (*RUN, ANSWER, *TARGET, *SESSION, *BUFFER, *VIEW, *GENERAL)
