"""What an interpreter has installed, asked of the interpreter itself."""

from __future__ import annotations

import asyncio
import json

from backend.errors import CannotStart
from backend.executor.environment import nursery_environment
from backend.models import PoolInfo

LIMIT = 30.0  # seconds
PROGRAM = """
import importlib.metadata, json, platform
found = {}
for each in importlib.metadata.distributions():
    name = each.metadata["Name"]
    if name:
        found.setdefault(str(name), str(each.version))
print(json.dumps([platform.python_version(), sorted(found.items(), key=lambda item: item[0].lower())]))
"""


async def installed(python: str) -> PoolInfo:
    """The runtime and the distributions of an interpreter (a virtual environment has its own). 0.1 to 0.5 s.

    Raises CannotStart when it cannot tell.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *(python, "-I", "-c", PROGRAM),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=nursery_environment(),
            cwd="/",
        )
    except OSError as error:
        raise CannotStart(f"The interpreter {python} cannot be run: {error.strerror}.") from error
    try:
        async with asyncio.timeout(LIMIT):
            answer, _ = await process.communicate()
        version, packages = json.loads(answer)
        return PoolInfo((("Python", version),), tuple((name, number) for name, number in packages))
    except (TimeoutError, ValueError) as error:
        raise CannotStart(f"The interpreter {python} does not tell what it has installed.") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
