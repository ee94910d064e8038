"""Refusals: `{"error": {…}}` as a server writes it, and whatever a target or a proxy answers instead."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any

from backend.wire.endings import ERROR_CODE
from backend.wire.facts import Fault
from backend.wire.messages import JSON, HttpAnswer, header
from backend.wire.problems import WireError
from backend.wire.scalars import as_number, as_text
from backend.wire.text import dump, well_formed

SCREEN = 2000  # characters of a message: what fits a screen
LINES = 24
_READ = 64 * 1024  # bytes of a body that are looked at


def answer(fault: Fault) -> HttpAnswer:
    """The refusal as a server sends it, the same in both generations."""
    detail: dict[str, Any] = {"code": fault.code, "message": fault.message}
    if fault.target:
        detail["target"] = fault.target
    if fault.details:
        detail["details"] = [dict(item) for item in fault.details]
    headers = {"Content-Type": JSON, ERROR_CODE: _printable(fault.code)}
    if fault.retry_after is not None:
        headers["Retry-After"] = str(math.ceil(max(0.0, fault.retry_after)))
    return HttpAnswer(fault.status, headers, dump({"error": detail}))


def refusal(problem: WireError) -> HttpAnswer:
    """The answer to what could not be read, in any version or in none."""
    return answer(Fault(problem.status, problem.code, problem.message, problem.field))


def read(reply: HttpAnswer) -> Fault:
    """Why a target refused, as well as its answer tells. Never raises."""
    code, message, target, details = _body(reply)
    return Fault(
        reply.status,
        _cut(code or header(reply.headers, ERROR_CODE), 100),
        _cut(message, SCREEN),
        _cut(target, 200),
        _retry_after(reply.headers),
        details,
    )


def _body(reply: HttpAnswer) -> tuple[str, str, str, tuple[Mapping[str, object], ...]]:
    text = reply.body[:_READ].decode("utf-8", "replace").lstrip("\ufeff").strip()
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        return "", _plain(text, header(reply.headers, "content-type")), "", ()
    if not isinstance(tree, dict):
        return "", as_text(tree), "", ()
    lowered = {str(key).lower(): value for key, value in tree.items()}
    detail = lowered.get("error") or lowered
    if not isinstance(detail, dict):
        return as_text(lowered.get("code")), as_text(detail), "", ()
    told = {str(key).lower(): value for key, value in detail.items()}
    words = ("message", "error_description", "detail", "title")
    message = next((as_text(told[word]) for word in words if told.get(word)), "") or text
    found = told.get("details")
    details = tuple(item for item in found if isinstance(item, dict)) if isinstance(found, list) else ()
    return as_text(told.get("code")), message, as_text(told.get("target")), details


def _plain(text: str, kind: str) -> str:
    """The words of a page of HTML; any other text as it is."""
    if "html" not in kind.lower() and not text[:200].lower().lstrip().startswith(
        ("<!doctype", "<html", "<?xml")
    ):
        return text
    page = _Words()
    page.feed(text)
    page.close()
    return "\n".join(filter(None, (" ".join(part.split()) for part in page.parts)))


class _Words(HTMLParser):
    """Collects the text that a browser would show."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Leave out what is no text."""
        if tag in ("script", "style") and not self._hidden:
            self._hidden = tag

    def handle_endtag(self, tag: str) -> None:
        """Text again."""
        if tag == self._hidden:
            self._hidden = ""

    def handle_data(self, data: str) -> None:
        """Keep it."""
        if not self._hidden:
            self.parts.append(data)


def _cut(text: str, limit: int) -> str:
    """The text cut to `limit` characters and a screen's lines, with a word on how much is not there."""
    text = well_formed(text).strip()
    lines = text.split("\n")
    kept = "\n".join(lines[:LINES])[:limit]
    return kept if len(kept) == len(text) else f"{kept}… ({len(text)} characters in all)"


def _retry_after(headers: Mapping[str, str]) -> float | None:
    text = header(headers, "retry-after").strip()
    seconds = as_number(text)
    if seconds is not None:
        return max(0.0, seconds)
    try:
        # counted from the answer's own clock, which need not be ours
        wait = parsedate_to_datetime(text) - parsedate_to_datetime(header(headers, "date"))
    except (ValueError, TypeError, IndexError):
        return None
    return max(0.0, wait.total_seconds())


def _printable(code: str) -> str:
    return "".join(letter for letter in code if " " <= letter <= "~")
