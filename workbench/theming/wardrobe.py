"""Theme files that change while the app runs: they are read again, and the one that is worn is worn anew."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from workbench.theming.load import Themes, load_themes, signature


class Wardrobe:
    """Looks whether theme files changed, and reads them when they did.

    `folder` holds the user's own. A theme whose file is broken or gone stays as it was, and its `problem` is
    told once.
    """

    def __init__(self, folder: Path, themes: Themes, tell: Callable[[str], None]) -> None:
        self._folder, self._tell = folder, tell
        self.themes = themes
        self._seen = signature(folder)

    async def look(self) -> bool:
        """True when there are other themes than before."""
        seen = signature(self._folder)  # 60 µs
        if seen == self._seen:
            return False
        self._seen = seen
        found = await asyncio.to_thread(load_themes, self._folder)
        for problem in found.problems:
            if problem not in self.themes.problems:
                self._tell(problem)
        before = self.themes
        broken = {name: theme for name, theme in before.themes.items() if name not in found.themes}
        own = found.own | (before.own & broken.keys())
        self.themes = replace(found, themes={**found.themes, **broken}, own=own)
        return self.themes.themes != before.themes
