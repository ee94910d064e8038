"""Verdicts on levels, remembered: a level that was proven on this machine since it started holds."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
from pathlib import Path

from backend.errors import Unsupported
from backend.executor.interpreter import Choice
from backend.executor.isolation import bubblewrap
from backend.executor.isolation.levels import AUTO, Level

NAME = "isolation.json"
BOOT = Path("/proc/sys/kernel/random/boot_id")
NEVER_WEAKER = "A weaker level never takes its place: ask for it with --isolation."


class Verdicts:
    """Which levels were proven for an interpreter; kept in a file of the data directory.

    Only proven levels are kept: what was missing may have been installed meanwhile.
    """

    def __init__(self, data: Path, choice: Choice) -> None:
        self._path = data / NAME
        self._choice = choice

    def known(self, wanted: str) -> Level | None:
        """The level for `wanted` (a level or `auto`) if that is known without a probe."""
        if wanted == Level.PROCESS:
            return Level.PROCESS
        proven = self._proven()
        if wanted == AUTO:
            return Level.SEALED if Level.SEALED in proven else None
        return Level(wanted) if wanted in proven else None

    async def settle(self, wanted: str) -> Level:
        """The level for `wanted`, probed where it is not known. Raises Unsupported: never a weaker one."""
        found = self.known(wanted)
        if found is not None:
            return found
        if wanted == AUTO:
            for level in (Level.SEALED, Level.CONFINED):
                with contextlib.suppress(Unsupported):
                    return await self._probe(level)
            return Level.PROCESS
        return await self._probe(Level(wanted))

    async def _probe(self, level: Level) -> Level:
        from backend.executor.isolation.probe import prove

        if level in self._proven():
            return level
        verdict = await prove(level, self._choice)
        if not verdict.available:
            raise Unsupported(
                f"The isolation level {level} cannot be had here: {verdict.reason}",
                f"{verdict.remedy} {NEVER_WEAKER}".strip(),
            )
        self._keep(level)
        return level

    def _machine(self) -> str:
        """What a proof holds for: this boot, this kernel, this interpreter, this bubblewrap."""
        facts = [platform.release(), self._choice.path, str(os.geteuid())]
        for path in (self._choice.path, bubblewrap.find(os.environ) or ""):
            with contextlib.suppress(OSError):
                facts.append(f"{path} {Path(path).stat().st_mtime_ns}")
        with contextlib.suppress(OSError):
            facts.append(BOOT.read_text("ascii"))
        return hashlib.sha256("\n".join(facts).encode("utf-8", "surrogatepass")).hexdigest()

    def _proven(self) -> list[str]:
        with contextlib.suppress(OSError, ValueError, AttributeError):
            found = json.loads(self._path.read_bytes()).get(self._machine(), [])
            return [level for level in found if level in list(Level)]
        return []

    def _keep(self, level: Level) -> None:
        """Remember a proof; one that cannot be kept is made again."""
        content = {self._machine(): sorted({*self._proven(), level})}
        fresh = self._path.with_name(f"{NAME}.{os.getpid()}")
        with contextlib.suppress(OSError):
            fresh.write_text(json.dumps(content), encoding="ascii")
            fresh.replace(self._path)
