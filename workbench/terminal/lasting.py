"""A driver that goes on when its terminal is gone, so that the app can end in order."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any, TextIO

from textual.driver import Driver

from workbench.terminal.capabilities import ascii_reason


class Deaf:
    """A terminal to write to, which after its end takes everything and says nothing.

    The thread that writes would end with the first error: its queue fills up then, and who puts more into it
    waits for ever (Textual 8.2). A hangup has the kernel send SIGCONT too, upon which much is drawn anew.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        """Write text, as far as that goes; its length."""
        with contextlib.suppress(OSError):
            self._file.write(text)
        return len(text)

    def flush(self) -> None:
        """Send on what is written, as far as that goes."""
        with contextlib.suppress(OSError):
            self._file.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def driver_for(base: type[Driver], environment: Mapping[str, str]) -> type[Driver]:
    """The driver of this platform, fitted to the terminal; that of `TEXTUAL_DRIVER` only for pastes."""
    from workbench.terminal.pasting import pasting_driver  # the driver has loaded what this needs

    driver = pasting_driver(base)
    if environment.get("TEXTUAL_DRIVER"):
        return driver
    driver = lasting_driver(driver)
    if ascii_reason(environment):
        from workbench.terminal.ascii import ascii_driver

        driver = ascii_driver(driver)
    return driver


def lasting_driver(base: type[Driver]) -> type[Driver]:
    """A driver whose writes outlast the terminal; for those that write to a file."""

    class LastingDriver(base):  # type: ignore[misc,valid-type]  # known when the app starts
        """Writes to the terminal while there is one."""

        def __init__(self, *args: Any, **more: Any) -> None:
            super().__init__(*args, **more)
            if (file := getattr(self, "_file", None)) is not None:
                self._file = Deaf(file)

    return LastingDriver
