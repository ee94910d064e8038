"""What Textual makes of every theme, in an app that runs."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.color import Color
from textual.widgets import Static

from workbench.theming.load import load_themes
from workbench.theming.textual import terminal_theme, to_theme, variable_defaults
from workbench.theming.theme_file import COLOR_KEYS, ThemeFile

THEMES = load_themes().themes


class Sample(App[None]):
    CSS = "Static { color: $foreground; background: $boost; border: solid $border-blurred; }"

    def compose(self) -> ComposeResult:
        yield Static("text")


async def test_every_theme_can_be_registered_and_switched_to() -> None:
    app = Sample()
    async with app.run_test() as pilot:
        for name, file in THEMES.items():
            app.register_theme(to_theme(file))
            app.theme = name
            await pilot.pause()
            assert app.current_theme.dark is file.dark
            for key in COLOR_KEYS:
                ours, theirs = Color.parse(file.colors[key]), Color.parse(app.theme_variables[key])
                # Textual goes through another colour space and rounds
                assert all(abs(a - b) <= 1 for a, b in zip(ours.rgb, theirs.rgb, strict=True))
            assert app.query_one(Static).styles.color == Color.parse(file.colors["foreground"])
            # Textual itself would make it transparent, and the line of the cursor vanish
            assert app.query_one(Static).styles.background.a > 0


def test_variables_of_the_file_win_and_have_defaults() -> None:
    base = THEMES["harbor"]
    own = ThemeFile(
        "own", True, base.colors, base.syntax, base.ansi, {"boost": "#ffffff 50%", "mine": "#123456"}
    )
    assert to_theme(own).variables == {"boost": "#ffffff 50%", "mine": "#123456"}
    assert variable_defaults([base, own])["mine"] == "#123456"
    assert variable_defaults([base, own])["border"] == base.variables["border"]


def test_ansi_colours_are_in_the_order_of_their_numbers() -> None:
    harbor = THEMES["harbor"]
    theme = terminal_theme(harbor)
    assert Color.parse(harbor.ansi["red"]).rgb == tuple(theme.ansi_colors[1])
    assert Color.parse(harbor.ansi["bright_white"]).rgb == tuple(theme.ansi_colors[15])
    assert Color.parse(harbor.ansi["background"]).rgb == tuple(theme.background_color)
