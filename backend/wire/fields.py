"""Fields that both generations of the wire share: the value of an execution, `executionResult`.

The rules are those of the service as its answers and its clients show them:

- The field has the JSON type of the last value: text, number, list, object. The kernel behind it knows only
  representations, so it is the text representation, parsed where it is JSON: `6 * 7` gives 42, `[1, 2]` a
  list. Python's own spellings are no JSON and stay text: `True`, `'text'` with its quotes, `{'a': 1}`,
  `nan`. Clients depend on that: AutoGen reads the list of packages out of IPython's text layout of a list.
- An image is `{"type": "image", "format": "png", "base64_data": "…"}`; LangChain and LlamaIndex look for it.
  LangChain's own example gets it from code whose last line is `plt.show()`: without a value, an image that
  was displayed is the result.
- No value is `""`, null, or no field at all; a server sends `""`.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from backend.models import MimeBundle
from backend.wire.text import depth, well_formed

PLAIN = "text/plain"
DEPTH = 50  # of nested lists and objects: readers stop at 64 (.NET's), and the answer around it takes some
FORMATS = {"image/png": "png", "image/jpeg": "jpeg", "image/gif": "gif", "image/webp": "webp"}
SVG = "image/svg+xml"
_TYPES = {name: mime for mime, name in FORMATS.items()} | {"jpg": "image/jpeg"}
_INSTEAD = ("text/markdown", "text/latex", "text/html")  # of a bundle without text/plain


def execution_result(bundle: MimeBundle | None, displays: Sequence[MimeBundle] = ()) -> Any:
    """The `executionResult` of a value, or of the last image among `displays` without one; else None.

    What it gives is always strict JSON: no number that is not finite, no lone surrogate, at most DEPTH deep.
    """
    if bundle is None:
        return next(filter(None, map(_image, reversed(displays))), None)
    return _image(bundle) or _parsed(_text(bundle))


def value_from_result(result: Any) -> MimeBundle | None:
    """The value that an `executionResult` tells; None when it tells that there is none. Never raises.

    The text representation is JSON's spelling of what is no text, which local sessions give as well for
    numbers and lists of them, so that values of both compare.
    """
    if result is None or result == "":
        return None
    if isinstance(result, str):
        return {PLAIN: well_formed(result)}
    if isinstance(result, Mapping) and (image := _pictured(result)) is not None:
        return image
    if isinstance(result, float) and not math.isfinite(result):
        return {PLAIN: repr(result)}
    try:
        return {PLAIN: well_formed(json.dumps(result, ensure_ascii=False))}
    except (TypeError, ValueError, RecursionError):
        return {PLAIN: f"<{type(result).__name__}>"}


def _image(bundle: MimeBundle) -> dict[str, str] | None:
    """The image object, of the first image that a client can decode."""
    for mime, name in FORMATS.items():
        content = bundle.get(mime)
        if isinstance(content, str) and (data := _base64(content)):
            return {"type": "image", "format": name, "base64_data": data}
    drawing = bundle.get(SVG)
    if isinstance(drawing, str) and drawing:
        data = base64.b64encode(well_formed(drawing).encode()).decode("ascii")
        return {"type": "image", "format": "svg", "base64_data": data}
    return None


def _base64(content: str) -> str:
    """The content without line breaks; "" when it is no base64."""
    joined = "".join(content.split())
    try:
        binascii.a2b_base64(joined, strict_mode=True)
    except ValueError:
        return ""
    return joined


def _text(bundle: MimeBundle) -> str:
    texts = (bundle.get(mime) for mime in (PLAIN, *_INSTEAD))
    return next((well_formed(text) for text in texts if isinstance(text, str)), "")


def _parsed(text: str) -> Any:
    """The text as JSON, or itself: when it is none, is `null`, or no strict reader would take it."""
    try:
        value = json.loads(text)
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()  # NaN, 1e999, lone surrogates
    except (ValueError, RecursionError):
        return text
    return text if value is None or depth(value, DEPTH) > DEPTH else value


def _pictured(result: Mapping[Any, Any]) -> MimeBundle | None:
    """The bundle of an image object, in any spelling seen; None when it is an object like others."""
    if str(result.get("type", "")).lower() != "image":
        return None
    data = result.get("base64_data", result.get("base64Data"))
    name = str(result.get("format", "png")).lower().removeprefix("image/")
    if not isinstance(data, str) or not data:
        return None
    label = {PLAIN: f"<{name} image>"} if name.isalnum() and name.isascii() else {PLAIN: "<image>"}
    if name in ("svg", "svg+xml"):
        return label | {SVG: well_formed(_decoded(data))}
    return label | {_TYPES.get(name, "image/png"): well_formed(data)}


def _decoded(data: str) -> str:
    try:
        return base64.b64decode(data).decode("utf-8", "replace")
    except ValueError:
        return data
