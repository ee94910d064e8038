"""The keys in force, changed while the app runs and kept in the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend.errors import ConfigError
from workbench.config.keymaps import KEYMAPS
from workbench.setup import Setup

if TYPE_CHECKING:
    from workbench.screens.main.screen import MainScreen


class KeyDesk:
    """Knows the keys, gives commands others, writes them into config.toml."""

    def __init__(self, screen: MainScreen, setup: Setup) -> None:
        self._screen = screen
        self._path = setup.paths.config_file
        self._keymap = setup.settings.keymap
        self.own = dict(setup.settings.keys)
        """Those of `[keys]`."""

    @property
    def keys(self) -> dict[str, str]:
        """Keys by command id where they are not those of the command table."""
        return {**KEYMAPS[self._keymap], **self.own}

    def show(self) -> None:
        """Open the screen of keys."""
        from workbench.screens.keys.screen import KeysScreen

        self._screen.app.push_screen(KeysScreen(self.own, self._keymap, self.give))

    def give(self, command: str, key: str) -> bool:
        """Give a command a key, or with an empty one that of the keymap; False when it cannot be kept."""
        from workbench.config.writing import save_keys

        try:
            save_keys(self._path, {command: key} if key else {}, drop=() if key else (command,))
        except ConfigError as error:
            self._screen.failed(error)
            return False
        if key:
            self.own[command] = key
        else:
            self.own.pop(command, None)
        self._screen.post_message(self._screen.KeysChanged())
        return True
