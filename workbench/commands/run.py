"""Commands that run code, stop it and answer it."""

from __future__ import annotations

from workbench.commands.command import app_command as _command

RUN = (
    _command(
        "run.run",
        "Run",
        "f5",
        "Run the selection if there is one, else the cell at the cursor, else the whole buffer.",
        "run",
        "Run",
        aliases=("ctrl+enter", "ctrl+j"),
        fixed=True,
        footer="Run",
    ),
    _command(
        "run.go-on",
        "Run cell and go on",
        "alt+enter",
        "Run the cell (or the selection) and move into the next cell; behind the last a new one begins.",
        "run_and_go_on",
        "Run",
        aliases=("shift+enter",),
    ),
    _command(
        "run.line",
        "Run selection or statement",
        "alt+j",
        "Run the selection, else the statement at the cursor, and move to the next statement.",
        "run_line",
        "Run",
    ),
    _command(
        "run.above",
        "Run above",
        "alt+u",
        "Run all that is above the cell of the cursor.",
        "run_above",
        "Run",
    ),
    _command("run.all", "Run all", "shift+f5", "Run the whole buffer.", "run_all", "Run"),
    _command(
        "run.stop",
        "Stop",
        "f8",
        "Stop what runs: interrupt it, and end its worker when it has not stopped after two seconds. "
        "Pressed again it does not wait. Where the target cannot stop code it offers what can be done.",
        "stop",
        "Run",
        fixed=True,
        footer="Stop",
    ),
    _command(
        "run.stop-all",
        "Stop all",
        "shift+f8",
        "Stop what runs and empty the queue.",
        "stop_all",
        "Run",
    ),
)

ANSWER = _command(
    "run.answer",
    "Answer input",
    "f12",
    "Go to the line in which running code waits for input.",
    "answer_input",
    "Run",
    aliases=("alt+i",),
)
