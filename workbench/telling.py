"""An app whose notices are text and nothing more, last as long as their rank, and are not piled up."""

from __future__ import annotations

from textual.app import App
from textual.notifications import SeverityLevel

from workbench.sanitize import sanitize, sanitize_line

LASTING: dict[SeverityLevel, float] = {"information": 5, "warning": 8, "error": 10}
"""Seconds that a notice of each rank stays. What takes longer to read is a dialog."""


class TellingApp(App[None], inherit_bindings=False):
    """Notices have ranks: information answers what somebody did; a warning is of something that he should not
    miss; an error is of something that he asked for and that failed.
    """

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Tell a notice. One that is told again while it is shown takes the place of the first.

        Nothing in it is markup, and controls are symbols: names, errors and answers of servers come here.
        """
        message, title = sanitize(message), sanitize_line(title)
        for shown in tuple(self._notifications):
            if (shown.message, shown.title, shown.severity) == (message, title, severity):
                self._unnotify(shown, refresh=False)
        lasting = timeout or LASTING[severity]
        super().notify(message, title=title, severity=severity, timeout=lasting, markup=False)
