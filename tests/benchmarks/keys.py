"""Keys on a pseudo-terminal: from the byte that a key sends until the letter has been drawn."""

from __future__ import annotations

import os
import select
import tempfile
import time
from pathlib import Path
from statistics import quantiles

from tests.benchmarks.first_frame import environment
from tests.benchmarks.row import Row, within
from tests.terminal.terminal import LIMIT, Terminal

BUDGETS = {10_000: 30.0, 100_000: 60.0}
"""Lines of a buffer, and milliseconds that the median key may take in it."""

FLOODED = 50.0
"""Milliseconds that nine keys of ten take at most while an execution prints at full speed."""

KEYS = "qxzjvkwbqxzjvkwbqxzjvkwbqxzjvkwbqxzjvkwb"
GAP = 0.08  # seconds between two keys of somebody who types fast
FLOOD = "while True: print('flood ' * 10)"


def rows() -> list[Row]:
    """Milliseconds of a key in long buffers, and in one beside a flood of output."""
    found = []
    for lines, budget in BUDGETS.items():
        found.append(within(f"a key in {lines:,} lines, on a terminal", _typed(lines), "ms", budget))
    slowest = quantiles(_typed(10_000, FLOOD), n=10)[-1]
    found.append(within("  of ten beside a flood, the ninth slowest", [slowest], "ms", FLOODED))
    return found


def _typed(lines: int, code: str = "") -> list[float]:
    with tempfile.TemporaryDirectory() as home:
        file = Path(home) / "long.py"
        body = "".join(f"value_{number} = function({number}, 'text')\n" for number in range(lines))
        file.write_text(f"# %%\n{code}\n# %%\n{body}")
        terminal = Terminal([str(file)], environment=environment(home), folder=Path(home))
        try:
            terminal.see("long.py", "idle")
            terminal.see("value_3 ")
            if code:
                terminal.press("down", "f5")
                terminal.see("flood flood")
            terminal.press("ctrl+g")
            terminal.see("Go to line")
            terminal.type(f"{lines // 2}\n")
            terminal.see_gone("Go to line")
            terminal.see(f"value_{lines // 2 - 5} ")
            _quiet(terminal, 1.0)
            return [_key(terminal, KEYS[: count + 1]) for count in range(len(KEYS))]
        finally:
            terminal.close()


def _key(terminal: Terminal, typed: str) -> float:
    """Press the last of `typed`; milliseconds until all of it is drawn."""
    began, seen = time.perf_counter(), bytearray()
    os.write(terminal.fd, typed[-1].encode())
    while typed.encode() not in seen:
        seen += _drawn(terminal, 0.5)
        if time.perf_counter() - began > LIMIT:
            raise RuntimeError(f"{typed} is not drawn")
    took = (time.perf_counter() - began) * 1000
    _quiet(terminal, GAP)
    return took


def _quiet(terminal: Terminal, seconds: float) -> None:
    """Read what is drawn for so long; without an emulator, which is slower than a flood."""
    until = time.perf_counter() + seconds
    while (left := until - time.perf_counter()) > 0:
        _drawn(terminal, left)


def _drawn(terminal: Terminal, seconds: float) -> bytes:
    ready, _, _ = select.select([terminal.fd], [], [], seconds)
    return os.read(terminal.fd, 1 << 16) if ready else b""
