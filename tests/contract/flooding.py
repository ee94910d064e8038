"""A process of its own that takes a flood: what its memory and its counts are is printed as one JSON object.

`python -m tests.contract.flooding PYTHON FOLDER MEGABYTES`
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.models import Chunk, Finished, Outcome, Submission

PIECE = 1 << 16


def code(megabytes: int) -> str:
    """Prints so many times 2 ** 20 bytes: most as bytes, some as text."""
    return (
        f"import os\nfor _ in range({megabytes * 16}): os.write(1, b'x' * {PIECE - 64})\n"
        f"for _ in range({megabytes * 16}): print('é' * 31 + 'y')"
    )


async def flood(python: str, folder: Path, megabytes: int) -> dict[str, int]:
    """Print through a new backend, and measure this process."""
    backend = LocalBackend(folder, Choice(python, "test"))
    try:
        await backend.start("one")
        before = _memory("VmRSS")
        characters, outcome = 0, Outcome.__new__(Outcome)
        async for event in backend.execute("one", Submission("flood", code(megabytes))):
            if isinstance(event, Chunk):
                characters += len(event.text)
            if isinstance(event, Finished):
                outcome = event.outcome
        told = {stream.value: size for stream, size in outcome.sizes.items()}
        peak = _memory("VmHWM")
        return {"characters": characters, "before": before, "peak": peak, **told}
    finally:
        await backend.close()


def _memory(field: str) -> int:
    """A figure of /proc/self/status in bytes (proc(5))."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field + ":"))


if __name__ == "__main__":
    print(json.dumps(asyncio.run(flood(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))))
