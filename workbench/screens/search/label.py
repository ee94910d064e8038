"""Asks for the label of an entry; an empty one takes it away."""

from __future__ import annotations

from workbench.screens.prompt import PromptScreen

_LONGEST = 100


class LabelScreen(PromptScreen):
    """One line, which may be empty. Dismisses with it, or with None on Escape."""

    def __init__(self, label: str) -> None:
        super().__init__("Label", value=label, placeholder="A word or two; nothing takes the label away")

    def action_submit(self) -> None:
        """Dismiss with the line."""
        self.dismiss(self._input.value.strip()[:_LONGEST])
