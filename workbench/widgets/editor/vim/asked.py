"""What commands of vi ask of the pane: files, buffers, searches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.named import named
from workbench.widgets.editor import messages

if TYPE_CHECKING:
    from workbench.widgets.editor.pane import EditorPane

_COMMANDS = {"quit": "app.quit", "ask_open": "buffer.open"}


async def fulfil(pane: EditorPane, what: str, argument: str, count: int) -> bool:
    """Do one of them; False when what was to follow should not be done."""
    match what:
        case "save":
            saving = pane.save()
            if saving is None:
                return False  # it has no name yet: that is asked
            await saving.wait()
        case "close" | "close!":
            pane.close_buffer(force=what.endswith("!"))
        case "open":
            pane.open_path(named(argument))
        case "search":
            await pane.find_pattern()
        case "find_next" | "find_previous":
            for _ in range(count):
                await pane.action_find_step(1 if what == "find_next" else -1)
        case "find_word" | "find_word_before":
            await pane.find_word(argument, 1 if what == "find_word" else -1)
        case "no_marks":
            pane.mark_nothing()
        case "next_buffer" | "previous_buffer" | "new_buffer":
            await pane.perform(what)
        case _:
            pane.post_message(messages.CommandAsked(_COMMANDS[what]))
    return True
