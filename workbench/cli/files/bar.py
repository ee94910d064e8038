"""A line on the terminal that shows how far a transfer is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.text import Text

from workbench.sanitize import sanitize_line
from workbench.transfers.meter import Meter


class _Line:
    """Drawn anew at each refresh."""

    def __init__(self, name: str, meter: Meter) -> None:
        self._name = name
        self._meter = meter

    def __rich__(self) -> Text:
        return Text(f"{self._name}  {self._meter.words}", no_wrap=True, overflow="ellipsis")


@contextmanager
def shown(name: str, meter: Meter) -> Iterator[None]:
    """While this lasts the line is there; only on a terminal, on stderr."""
    if not sys.stderr.isatty():
        yield
        return
    console = Console(stderr=True)
    with Live(_Line(sanitize_line(name), meter), console=console, transient=True, refresh_per_second=8):
        yield
