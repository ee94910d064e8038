"""Opening the app, without the argument parser: a plain `workbench` needs none (7 ms of the first frame)."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backend.errors import UsageError

BUSY_CORES = 2
"""Cores that the app and its terminal keep busy until the first frame."""

if TYPE_CHECKING:
    from backend.port import Backend
    from workbench.setup import Setup
    from workbench.theming.load import Themes

_MILD = ("theme", "keymap", "keys")
"""Settings that cost a notice when they are wrong: the app opens without them."""
Notice = tuple[str, str]
"""Title and text of what is told once the app is open."""


def open_app(files: Sequence[str] = (), flags: Mapping[str, str | None] | None = None) -> int:
    """Open the app with `files` in buffers; the exit code. Raises WorkbenchError when it cannot be opened."""
    paths = existing(files)
    _need_terminal()
    gc.disable()  # 50 ms of the first frame; on again after it
    from workbench.setup import prepare

    setup = prepare(flags or {}, mild=_MILD)
    # on two cores an interpreter that starts beside the app takes 100 ms from the first frame
    backend = setup.backend(warm=_cores() > BUSY_CORES)
    return _run(setup, backend, paths)


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        return os.cpu_count() or 1


def existing(files: Sequence[str]) -> list[Path]:
    """The files named, as paths. Raises UsageError for one that is missing or a directory."""
    for name in files:
        path = Path(name)
        if path.is_dir():
            raise UsageError(f"{name} is a directory.", "Name files to open.")
        if not path.exists():
            hint = "Check the path, or see workbench --help."
            raise UsageError(f"There is no file {name}{_meant(name)}", hint)
    return [Path(name) for name in files]


def _meant(name: str) -> str:
    from workbench.cli.main import COMMANDS
    from workbench.config.problems import nearest

    return nearest(name, COMMANDS).replace("did you mean", "did you mean the command")


def _need_terminal() -> None:
    if os.environ.get("TEXTUAL_DRIVER"):
        return  # a browser draws (`workbench web`)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "The app needs a terminal, and standard input or output is none.",
            "Use `workbench run` and `workbench history` in pipes and scripts.",
        )
    if os.environ.get("TERM", "") in ("", "dumb", "unknown"):
        raise UsageError(
            f"The app cannot draw on a terminal of type {os.environ.get('TERM') or 'unset'}.",
            "Set TERM, for example to xterm-256color, or use `workbench run`.",
        )


def _with_keys(setup: Setup) -> tuple[Setup, list[Notice]]:
    """The setup with those of its `[keys]` that are right, and what is wrong with the others."""
    settings = setup.settings
    if not settings.keys:
        return setup, []
    from workbench.commands.table import COMMANDS
    from workbench.config.keymaps import with_keymap
    from workbench.config.keys import check_keys

    commands = with_keymap(COMMANDS, settings.keymap)
    keys, problems = check_keys(settings.keys, commands, str(setup.paths.config_file))
    notices = [("Key left out", "\n".join(map(str, problems)))] if problems else []
    return _with(setup, keys=keys), notices


def _with_theme(setup: Setup, themes: Themes) -> tuple[Setup, list[Notice]]:
    """The setup with a theme that there is. Raises UsageError for a flag or a variable that names none."""
    theme, problem = themes.choose(setup.settings.theme)
    if not problem:
        return setup, []
    if setup.loaded.origin("theme") != str(setup.paths.config_file):
        raise UsageError(problem, f"Themes are: {', '.join(themes.themes)}.")
    return _with(setup, theme=theme.name), [("Theme", f"{problem} {theme.name} is worn instead.")]


def _with(setup: Setup, **changes: Any) -> Setup:
    return replace(setup, loaded=replace(setup.loaded, settings=replace(setup.settings, **changes)))


def _run(setup: Setup, backend: Backend, files: Sequence[Path]) -> int:
    from workbench.app import WorkbenchApp
    from workbench.theming.load import load_themes

    themes = load_themes(setup.paths.themes)
    wrong = "\n".join(map(str, setup.loaded.problems))
    left_out = [("Setting left out", f"{wrong} The default holds.")] if wrong else []
    setup, of_keys = _with_keys(setup)
    setup, of_theme = _with_theme(setup, themes)
    app = WorkbenchApp(
        setup, backend, setup.history(), themes, files, notices=[*left_out, *of_keys, *of_theme]
    )
    app.run()
    return app.return_code or 0
