"""What a value shows of itself, by the methods that IPython asks: for the shell that has no IPython."""

from __future__ import annotations

import inspect
import types
from typing import Any, Callable, Dict, Optional, Tuple

from . import display, figures, tabular

Data = Dict[str, Any]
_TEXT: Tuple[type, ...] = (str,)
_BINARY: Tuple[type, ...] = (bytes, str)
# IPython.core.formatters: the print_method and _return_type of each formatter, in its order
METHODS: Tuple[Tuple[str, str, Tuple[type, ...]], ...] = (
    ("text/html", "_repr_html_", _TEXT),
    ("text/markdown", "_repr_markdown_", _TEXT),
    ("image/svg+xml", "_repr_svg_", _TEXT),
    ("image/png", "_repr_png_", _BINARY),
    ("application/pdf", "_repr_pdf_", _BINARY),
    ("image/jpeg", "_repr_jpeg_", _BINARY),
    ("text/latex", "_repr_latex_", _TEXT),
    ("application/json", "_repr_json_", (list, dict)),
    ("application/javascript", "_repr_javascript_", _TEXT),
)


def of(value: Any) -> Tuple[Data, Optional[BaseException]]:
    """The representations of `value`, and what raised while its image was drawn, if it is a figure.

    One that raises or is of a wrong type is left out, and the others stay. Empty when the value has shown
    itself (`_ipython_display_`). Raises KeyboardInterrupt only.
    """
    if type(value) in display.SIMPLE:
        return _text(value), None
    if _ask(value, "_ipython_display_", _shown):
        return {}, None
    given = _ask(value, "_repr_mimebundle_", lambda method: method(include=None, exclude=None))
    given = given[0] if isinstance(given, tuple) and given else given
    data: Data = dict(given) if isinstance(given, dict) else {}
    for mime, name, kinds in METHODS:
        if mime not in data:
            content = _ask(value, name, lambda method: method())
            content = content[0] if isinstance(content, tuple) and len(content) == 2 else content
            if isinstance(content, kinds):
                data[mime] = content
    if display.PLAIN not in data:
        data = {**_text(value), **data}
    if tabular.MIME not in data:
        table = _given(value)
        if table is not None:
            data[tabular.MIME] = table
    error = figures.add_image(value, data) if figures.is_figure(value) else None
    return data, error


def _text(value: Any) -> Data:
    try:
        return {display.PLAIN: display.text_of(value, repr)}
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return display.failed_repr(error)


def _given(value: Any) -> Optional[Data]:
    try:
        return tabular.resource(value)
    except KeyboardInterrupt:
        raise
    except BaseException:
        return None


def _ask(value: Any, name: str, call: Callable[[Any], Any]) -> Any:
    """What a method gives; None when there is none, or when it raises."""
    try:
        method = _method(value, name)
        return None if method is None else call(method)
    except KeyboardInterrupt:
        raise
    except BaseException:
        return None


def _method(value: Any, name: str) -> Any:
    """The method, by IPython's rules: not of what claims to have every attribute, of a class only its own."""
    if getattr(value, "_ipython_canary_method_should_not_exist_", None) is not None:
        return None
    method = getattr(value, name, None)
    if inspect.isclass(value) and not isinstance(method, types.MethodType):
        return None
    return method if callable(method) else None


def _shown(method: Callable[[], Any]) -> bool:
    method()
    return True
