"""Code that wants more memory than its session may have (row 2). What it took it gives back."""

from __future__ import annotations

from tests.contract.test_memory import HUNGRY
from tests.torture.cell import Cell, failing, fine, harmless

GIVING_BACK = "try:\n    exec({!r})\nfinally:\n    taken = seen = t = None"
CELLS: tuple[Cell, ...] = (
    *(
        failing(2, f"too much memory, {how}", GIVING_BACK.format(code), "MemoryError")
        for how, code in HUNGRY.items()
    ),
    failing(2, "too much memory, in one text", "'x' * 10**12", "MemoryError"),
    failing(2, "too much memory, in a large number of bits", "1 << (1 << 36)"),
    failing(
        2,
        "too much memory, in a mapping",
        "import mmap\nmmap.mmap(-1, 1 << 40, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)",
        "OSError",
    ),
    failing(2, "too much memory, in a numpy array", "import numpy\nnumpy.ones(1 << 33)", "MemoryError"),
    failing(
        2,
        "too much memory, in a repr",
        "class Big:\n    def __repr__(self): return 'x' * 10**12\nprint(Big())",
        "MemoryError",
    ),
    fine(
        2,
        "too much memory, in the repr of a value",
        "class Big:\n    def __repr__(self): return 'x' * 10**12\nBig()",
        "repr failed: MemoryError",
    ),
    fine(
        2,
        "too much memory, in a child",
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', "
        "'bytearray(8 << 30)'], stderr=subprocess.DEVNULL).returncode",
        "1",
    ),
    fine(
        2,
        "memory is caught at its end, ten times",
        "for _ in range(10):\n    try: bytearray(8 << 30)\n"
        "    except MemoryError as error: print(type(error).__name__)",
        "MemoryError",
    ),
    fine(2, "much memory, given back", "len(bytearray(300 << 20))", str(300 << 20)),
    harmless(
        2,
        "no more memory at all",
        "import resource\nsoft, hard = resource.getrlimit(resource.RLIMIT_DATA)\n"
        "resource.setrlimit(resource.RLIMIT_DATA, (1 << 20, hard))\n"
        "try: x = [bytearray(1 << 20) for _ in range(100)]\n"
        "finally: resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))",
        spoils=True,
    ),
)
