"""Whether what an output shows would run something in a browser that shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from backend.errors import UsageError


class ScriptsError(UsageError):
    """A file has outputs that would run in a browser, and nobody said that these may be left out."""


_TAGS = frozenset(("script", "iframe", "object", "embed", "applet", "frame", "base", "form", "link", "meta"))
_MARKUP = ("text/html", "image/svg+xml", "text/markdown")
_SCRIPT = re.compile(r"\s*(?:javascript|vbscript|data\s*:\s*text/html)", re.I)
_CHANGING = frozenset(("animate", "animatemotion", "animatetransform", "set"))
"""Elements whose attributes say what another one's become."""
_DECLARATION = re.compile(r"<[!?](?:--|\[CDATA\[)?", re.I)
_ENTITY = re.compile(r"<!ENTITY", re.I)
_TYPES = re.compile(r"(?:application|text)/(?:x-)?(?:javascript|ecmascript)", re.I)


def active(bundle: Mapping[str, Any]) -> str:
    """What of a MIME bundle would run, in a few words; nothing when it is still."""
    for mime, content in bundle.items():
        if _TYPES.match(mime):
            return f"a script ({mime})"
        if mime.partition(";")[0].strip().lower() in _MARKUP:
            text = "".join(content) if isinstance(content, list) else str(content)
            found = _in_markup(text)
            if found:
                return f"{found} in {mime}"
    return ""


def _in_markup(text: str) -> str:
    if "<" not in text:
        return ""
    if _ENTITY.search(text):
        return "an entity of its own"
    # where a comment or declaration ends is not agreed upon, so what may be in one is looked at too
    return _seen(text) or (_seen(_DECLARATION.sub("", text)) if _DECLARATION.search(text) else "")


def _seen(text: str) -> str:
    looking = _Looking()
    try:
        looking.feed(text)
        looking.close()
    except (AssertionError, ValueError):
        return "markup that cannot be read"
    return looking.found


class _Looking(HTMLParser):
    """Finds the first thing that runs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = ""

    def set_cdata_mode(self, elem: str, **flags: Any) -> None:
        """Read what is in a style like all else: in a drawing browsers do so."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a tag and its attributes."""
        if self.found:
            return
        if tag.rpartition(":")[2] in _TAGS:
            self.found = f"a <{tag}> element"
        for name, value in attrs:
            plain = re.sub(r"[\x00-\x20]+", "", value or "")
            if tag.rpartition(":")[2] in _CHANGING and _SCRIPT.search(plain):
                self.found = self.found or f"a script in {name}"
            if name.startswith("on") or name == "srcdoc":
                self.found = self.found or f"a handler ({name})"
            elif name.rpartition(":")[2] in ("href", "src", "action", "formaction", "data") and _SCRIPT.match(
                plain
            ):
                self.found = self.found or f"a script in {name}"
