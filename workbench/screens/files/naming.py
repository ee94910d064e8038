"""The path of something new, or a new one for something old."""

from __future__ import annotations

from collections.abc import Callable

from workbench.screens.prompt import PromptScreen

NAME_BYTES = 255
"""The longest name that file systems and the API take, in UTF-8."""


def wrong_with(path: str) -> str:
    """What is wrong with the path of a session file, in a sentence; empty when nothing is."""
    if path.startswith("/"):
        return "Paths begin in the data directory, without a slash."
    parts = path.split("/")
    if parts[-1] == "":
        return "A name is missing at the end."
    if any(part in ("", ".", "..") for part in parts):
        return "No part of a path is empty, . or .."
    if "\0" in path:
        return "Names have no NUL in them."
    if any(len(part.encode("utf-8", "surrogatepass")) > NAME_BYTES for part in parts):
        return f"A name has at most {NAME_BYTES} bytes."
    return ""


def naming(heading: str, value: str, objection: Callable[[str], str]) -> PromptScreen:
    """Asks for a path in the data directory; `value` is what stands there at first.

    `objection` tells what is against a path that could be one, in a sentence, or nothing.
    """

    def problem(path: str) -> str | None:
        return wrong_with(path) or objection(path) or None

    return PromptScreen(heading, value=value, placeholder="A path", problem=problem)
