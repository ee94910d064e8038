"""Every text that a shipped theme makes can be read: contrast ratios as WCAG 2.1 (1.4.3) defines them."""

from __future__ import annotations

import pytest
from textual.color import Color

from workbench.theming.load import load_themes
from workbench.theming.textual import to_theme
from workbench.theming.theme_file import ANSI_KEYS, SYNTAX_KEYS

TEXT = 4.5
QUIET = 3.0
HIGH = 7.0
GROUNDS = ("background", "surface", "panel")
THEMES = load_themes().themes
NAMES = sorted(THEMES)


def luminance(color: Color) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = color.normalized
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast(text: str, ground: str) -> float:
    under = Color.parse(ground)
    over = under + Color.parse(text)
    light, dark = sorted((luminance(under), luminance(over)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def least(name: str) -> float:
    return HIGH if name == "beacon" else TEXT


def test_the_ratio_is_that_of_the_guideline() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("name", NAMES)
def test_text_and_messages(name: str) -> None:
    theme = THEMES[name]
    variables = to_theme(theme).to_color_system().generate()
    roles = ("success", "warning", "error", "primary", "accent", "secondary")
    texts = [theme.colors[role] for role in ("foreground", *roles)] + [
        variables[f"text-{role}"] for role in roles
    ]
    poor = [
        (text, ground, round(contrast(text, theme.colors[ground]), 2))
        for text in texts
        for ground in GROUNDS
        if contrast(text, theme.colors[ground]) < least(name)
    ]
    assert poor == []


@pytest.mark.parametrize("name", NAMES)
def test_code(name: str) -> None:
    theme = THEMES[name]
    poor = [
        (key, ground, round(ratio, 2))
        for key in SYNTAX_KEYS
        for ground in ("background", "surface")
        if (ratio := contrast(theme.syntax[key].split()[-1], theme.colors[ground]))
        < (QUIET if key == "comment" else least(name))
    ]
    assert poor == []


@pytest.mark.parametrize("name", NAMES)
def test_ansi_text(name: str) -> None:
    theme = THEMES[name]
    # black on a dark ground is what programs use as a background
    keys = [key for key in ANSI_KEYS if key != "background" and not (theme.dark and key == "black")]
    grounds = (theme.ansi["background"], theme.colors["background"], theme.colors["surface"])
    poor = [
        (key, ground, round(contrast(theme.ansi[key], ground), 2))
        for key in keys
        for ground in grounds
        if contrast(theme.ansi[key], ground) < least(name)
    ]
    assert poor == []


@pytest.mark.parametrize("name", NAMES)
def test_cursors_and_footer(name: str) -> None:
    theme = THEMES[name]
    values = theme.variables
    pairs = (
        (values["block-cursor-foreground"], values["block-cursor-background"]),
        (values["block-cursor-blurred-foreground"], values["block-cursor-blurred-background"]),
        (values["input-cursor-foreground"], values["input-cursor-background"]),
        (values["footer-key-foreground"], values["footer-background"]),
        (theme.colors["foreground"], values["footer-background"]),
    )
    assert [pair for pair in pairs if contrast(*pair) < least(name)] == []


@pytest.mark.parametrize("name", NAMES)
def test_focus_can_be_seen(name: str) -> None:
    theme = THEMES[name]
    assert contrast(theme.variables["border"], theme.colors["background"]) >= QUIET
    assert contrast(theme.variables["border"], theme.variables["border-blurred"]) >= 2
