"""Styles of component classes for widgets that draw their own lines."""

from __future__ import annotations

from rich.style import Style
from textual.widget import Widget


class Paint:
    """Gives the style of a component to lay over its widget's own; kept until `clear`.

    Colours are blended with what is behind them. Textual's partial styles are not: there `$text-muted`, an
    automatic colour with an alpha, comes out as plain white, on a light theme too.
    """

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[str, Style] = {}

    def __call__(self, component: str) -> Style:
        """The style of one of the widget's COMPONENT_CLASSES; only what its rules set."""
        style = self._styles.get(component)
        if style is None:
            style = self._styles[component] = self._resolved(component)
        return style

    def clear(self) -> None:
        """Forget all: the theme or the focus changed. Call it from `notify_style_update`."""
        self._styles.clear()

    def _resolved(self, component: str) -> Style:
        rules = self._widget.get_component_styles(component)
        blended = self._widget.get_component_rich_style(component)
        colours = Style(
            color=blended.color if rules.has_rule("color") else None,
            bgcolor=blended.bgcolor if rules.has_rule("background") else None,
        )
        return colours + rules.text_style
