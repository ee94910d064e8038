"""What IPython's shell shows: representations, the last value, displayed values."""

from __future__ import annotations

import threading
from typing import Any, Dict, List, Optional, Tuple

from IPython.core import formatters
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.lib.pretty import _repr_pprint

from . import display, figures, tabular

Formats = Tuple[Dict[str, Any], Dict[str, Any]]
# what may register a form for values of a simple type: their types and object, and those by name
_TYPES = display.SIMPLE | {object}
_AS_REPR = frozenset((int, str))  # their repr is one line
_NAMES = frozenset(("builtins", kind.__name__) for kind in _TYPES)


class DisplayFormatter(formatters.DisplayFormatter):  # type: ignore[misc]  # IPython is untyped
    """As IPython's, but what raises in one representation, SystemExit too, takes away that one only."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._thread = threading.local()  # its `heard` is what the representation being made has raised
        self._registries: List[Tuple[Any, Any]] = []
        self._counted = -1
        self.formatters[figures.PNG].for_type_by_name("matplotlib.figure", "Figure", figures.png)

    def hear(self, error: Optional[BaseException]) -> bool:
        """IPython would show what a representation raised; whether it is for us instead."""
        heard = getattr(self._thread, "heard", None)
        if heard is None or error is None:
            return False
        heard.append(error)
        return True

    def format(self, obj: Any, include: Any = None, exclude: Any = None) -> Formats:
        """Representations and their metadata; empty when the value has shown itself.

        One of text/plain that raises is named. Raises KeyboardInterrupt only.
        """
        if type(obj) in display.SIMPLE and not include and not exclude and self._only_text():
            data, metadata, errors = self._simple(obj)
        else:
            if self._take(self.ipython_display_formatter, obj)[0]:
                return {}, {}
            data, metadata, errors = self._all(obj, include, exclude)
        wanted = not include or display.PLAIN in include
        if display.PLAIN not in data and wanted and not (exclude and display.PLAIN in exclude):
            data.update(display.failed_repr(errors.get(display.PLAIN) or TypeError()))
        if figures.is_figure(obj):
            self.parent.figures.seen(obj, errors.get(figures.PNG))
        return data, metadata

    def _only_text(self) -> bool:
        """Whether values of simple types have no other form: asking all formatters takes 0.1 ms."""
        if self._counted != len(self.formatters):
            self._look()
        return all(_TYPES.isdisjoint(types) and _NAMES.isdisjoint(names) for types, names in self._registries)

    def _look(self, change: Any = None) -> None:
        """Find the registries of all formatters but that of text: each takes 0.2 µs to read."""
        text = self.formatters[display.PLAIN]
        every = (self.mimebundle_formatter, self.ipython_display_formatter, *self.formatters.values())
        others = [one for one in every if one is not text]
        self._registries = [(one.type_printers, one.deferred_printers) for one in others]
        self._counted = len(self.formatters)
        for one in others:
            one.observe(self._look, ("type_printers", "deferred_printers"))

    def _simple(self, value: Any) -> Tuple[Dict[str, Any], Dict[str, Any], Dict[str, BaseException]]:
        formatter = self.formatters[display.PLAIN]
        if type(value) in _AS_REPR and formatter.type_printers.get(type(value)) is _repr_pprint:
            formatter = repr  # what IPython's printer gives, after 20 µs
        text, error = self._take(lambda value: display.text_of(value, formatter), value)
        return {} if text is None else {display.PLAIN: text}, {}, {display.PLAIN: error} if error else {}

    def _all(
        self, value: Any, include: Any, exclude: Any
    ) -> Tuple[Dict[str, Any], Dict[str, Any], Dict[str, BaseException]]:
        """As the parent's `format`: a whole bundle by the value's own method, then kind by kind."""
        errors: Dict[str, BaseException] = {}
        given, _ = self._take(self.mimebundle_formatter, value, include=include, exclude=exclude)
        data, metadata = _bundle(given)
        data = {mime: content for mime, content in data.items() if _asked(mime, include, exclude)}
        metadata = {mime: content for mime, content in metadata.items() if mime in data}
        for mime, formatter in self.formatters.items():
            if not _asked(mime, include, exclude) or (mime in data and not _registered(formatter, value)):
                continue
            content, error = self._take(formatter, value)
            if error is not None:
                errors[mime] = error
            if isinstance(content, tuple) and len(content) == 2:
                content, metadata[mime] = content
            if content is not None:
                data[mime] = content
        if tabular.MIME not in data and _asked(tabular.MIME, include, exclude):
            table, _ = self._take(tabular.resource, value)
            if table is not None:
                data[tabular.MIME] = table
        return data, metadata, errors

    def _take(self, formatter: Any, value: Any, **options: Any) -> Tuple[Any, Optional[BaseException]]:
        """What one formatter gives, and what was raised in it. One may call another, by display()."""
        outer = getattr(self._thread, "heard", None)
        heard: List[BaseException] = []
        self._thread.heard = heard
        try:
            given = formatter(value, **options)
            return given, heard[-1] if heard else None
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            return None, error
        finally:
            self._thread.heard = outer


def _bundle(given: Any) -> Formats:
    """What a value's own method gave, as a bundle and its metadata: empty where it is something else."""
    pair: Tuple[Any, Any] = given if type(given) is tuple and len(given) == 2 else (given, None)
    data, metadata = (dict(dict.items(each)) if issubclass(type(each), dict) else {} for each in pair)
    return data, metadata


def _asked(mime: str, include: Any, exclude: Any) -> bool:
    return (not include or mime in include) and (not exclude or mime not in exclude)


def _registered(formatter: Any, value: Any) -> bool:
    """Whether code has registered a form of its own for the type: it goes before the value's bundle."""
    try:
        formatter.lookup(value)
        return True
    except KeyError:
        return False


class ValueHook(DisplayHook):  # type: ignore[misc]
    """Keeps the representations of the last value instead of printing them."""

    def write_output_prompt(self) -> None:
        """No prompt: the workbench draws its own."""

    def update_user_ns(self, result: Any) -> None:
        """As in the parent, for which code may have cleared the names in this very cell."""
        self.shell.mend_names()
        super().update_user_ns(result)

    def write_format_data(self, format_dict: Dict[str, Any], md_dict: Any = None) -> None:
        """Take the representations."""
        self.shell.take_value(format_dict)

    @staticmethod
    def semicolon_at_end_of_expression(expression: str) -> bool:
        """As in the parent, whose tokenising takes a third of the time of a short cell."""
        return ";" in expression and bool(DisplayHook.semicolon_at_end_of_expression(expression))

    def log_output(self, format_dict: Dict[str, Any]) -> None:
        """No log: the workbench keeps the history."""

    def finish_displayhook(self) -> None:
        """Nothing to end."""


class Publisher(DisplayPublisher):  # type: ignore[misc]
    """Sends what `display()` shows to the app."""

    def publish(self, data: Any, *args: Any, **kwargs: Any) -> None:
        """Show one bundle. Raises TypeError when it is no dict."""
        if data != {}:  # the empty place that display(display_id=True) makes
            self.shell.show(display.bounded(data))

    def clear_output(self, wait: bool = False) -> None:
        """Not offered: what was shown stays."""
