"""How a worker ended, and the sentence that tells it."""

from __future__ import annotations

import re
import signal
from pathlib import Path

from backend.models import ErrorInfo
from backend.records import dataclass

FAULT = 8000  # characters of a fault's report that are kept
OWN_LINE = re.compile(r'File "<run (\d{1,9})>", line (\d{1,9})')


@dataclass(frozen=True, slots=True)
class Death:
    """How a worker ended: an exit code, a signal, or a broken protocol.

    `fault` is the report of faulthandler, `starved` tells that the system had run out of memory.
    """

    code: int | None = None
    signal: int | None = None
    protocol: str = ""
    fault: str = ""
    starved: bool = False

    def sentence(self) -> str:
        """The death in one sentence."""
        if self.protocol:
            return f"The worker was closed: it broke the protocol ({self.protocol})."
        if self.signal is not None:
            name = signal_name(self.signal)
            reason = ", likely because memory had run out" if self.starved else ""
            return f"The worker was killed by signal {self.signal} ({name}){self.line()}{reason}."
        if self.code is not None:
            return f"The worker ended by itself with exit code {self.code}."
        return "The worker is gone."

    def line(self) -> str:
        """The line of the session's own code that the fault's report names first; empty without one."""
        found = OWN_LINE.search(self.fault)
        return f" in line {found[2]} of run {found[1]}" if found else ""

    def error(self) -> ErrorInfo | None:
        """The fault with its report as traceback; None without a report."""
        if not self.fault or self.signal is None:
            return None
        return ErrorInfo(signal_name(self.signal), self.sentence(), without_ours(self.fault)[:FAULT])


def without_ours(report: str) -> str:
    """A report of faulthandler, newest call first, down to the cell; IPython and the worker come below."""
    *_, last = [0, *(found.end() for found in OWN_LINE.finditer(report))]
    return report[: report.find("\n", last) + 1] if last and "\n" in report[last:] else report


def signal_name(number: int) -> str:
    """The name of a signal, or `unknown`."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"


def out_of_memory_kills() -> int:
    """How many processes the kernel has ended for want of memory since it started (proc(5); 0 elsewhere)."""
    try:
        lines = Path("/proc/vmstat").read_bytes().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(b"oom_kill ")), 0)


def near_limit(peak: int) -> bool:
    """Whether `peak` bytes are a tenth of memory or more: what it then ran out for."""
    try:
        total = int(Path("/proc/meminfo").read_bytes().split(None, 2)[1]) * 1024
    except (OSError, ValueError, IndexError):
        return False
    return peak * 10 >= total
