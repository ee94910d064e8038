"""An exchange as lines of coloured runs: request, response, bodies, and where the time went. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from backend.wire.exchange import Content, Exchange
from backend.wire.timings import Timing
from workbench import format
from workbench.sanitize import sanitize_line
from workbench.widgets.code_view import displayable
from workbench.widgets.lexing import Run, runs_by_line

Line = list[Run]
BAR = 24
"""Cells of the longest bar."""


def row(exchange: Exchange) -> tuple[str, str, str]:
    """Method and path, status, and duration, as a list of exchanges has them."""
    parts = urlsplit(exchange.url)
    status = str(exchange.status) if exchange.status is not None else "no answer"
    took = "" if exchange.duration_ms is None else format.duration(exchange.duration_ms)
    return sanitize_line(f"{exchange.method:<6} {parts.path}"), status, took


def lines(exchange: Exchange) -> list[Line]:
    """Everything that is known of an exchange. Colouring JSON imports pygments: call it in a thread."""
    return [
        [("keyword", sanitize_line(exchange.method)), ("", f" {sanitize_line(exchange.url)}")],
        *_headers(exchange.request_headers),
        *_body(exchange.request_body),
        [("", "")],
        *_answer(exchange),
        *_headers(exchange.response_headers),
        *_body(exchange.response_body),
        *_times(exchange),
    ]


def _answer(exchange: Exchange) -> Iterator[Line]:
    took = "" if exchange.duration_ms is None else f"  in {format.duration(exchange.duration_ms)}"
    if exchange.status is None:
        yield [("removed", f"No answer{took}: {sanitize_line(exchange.error) or 'the connection broke.'}")]
        return
    role = "added" if exchange.status < 400 else "removed"
    yield [(role, f"HTTP {exchange.status}"), ("", took)]
    if exchange.borrowed_from:
        yield [("comment", f"API version {exchange.borrowed_from}, since the target's own lacks this call")]
    if exchange.error:
        yield [("removed", sanitize_line(exchange.error))]


def _headers(headers: Iterable[tuple[str, str]]) -> Iterator[Line]:
    for name, value in headers:
        yield [("name", sanitize_line(name)), ("operator", ": "), ("", sanitize_line(value))]


def _body(content: Content) -> Iterator[Line]:
    if not content.size:
        return
    yield [("", "")]
    if content.binary:
        yield [("comment", f"{format.size(content.size)} that are no text")]
        return
    text, name = _pretty(content.text)
    yield from runs_by_line(displayable(text), name)
    if content.cut:
        yield [("comment", f"… {format.size(content.cut)} more are not kept")]


def _pretty(text: str) -> tuple[str, str]:
    """A body as it is read best, and a file name that tells its language."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False), "body.json"
    except (ValueError, RecursionError):
        return text, "body.html" if text.lstrip()[:1] == "<" else ""


def _times(exchange: Exchange) -> Iterator[Line]:
    parts = exchange.timings
    if not parts:
        return
    yield [("", "")]
    yield [("heading", "Where the time went, as the target tells")]
    whole = max([exchange.duration_ms or 0.0, *(part.milliseconds or 0.0 for part in parts)])
    width = max(len(part.name) for part in parts)
    for part in parts:
        yield [("name", f"{sanitize_line(part.name):<{width}}  "), *_bar(part, whole)]


def _bar(part: Timing, whole: float) -> Line:
    if part.milliseconds is None:
        return [("", sanitize_line(part.raw))]
    cells = part.milliseconds / whole * BAR if whole else 0.0
    full, rest = divmod(round(cells * 8), 8)
    bar = "█" * full + (" ▏▎▍▌▋▊▉"[rest] if rest else "")
    return [("string", f"{bar or '▏':<{BAR}} "), ("number", format.duration(part.milliseconds))]
