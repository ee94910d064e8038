"""Markdown as lines: headings, lists, quotes, emphasis and code in colour."""

from __future__ import annotations

import re

from workbench.sanitize import sanitize_line
from workbench.widgets.output.lines.blocks import Span

LINES = 2_000
"""Lines that are shown; the rest is told."""

_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*")
_BULLET = re.compile(r"(\s*)[*+-]\s+(.*)")
_QUOTE = re.compile(r"\s{0,3}> ?(.*)")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})\s*([\w+#.-]{0,30}).*")
_RULE = re.compile(r" {0,3}([-*_])(?:\s*\1){2,}\s*")
# linear: no part can begin where another may end
_INLINE = re.compile(
    r"`([^`\n]+)`|\*\*([^*\n]+)\*\*|__([^_\n]+)__|\*([^*\s][^*\n]*)\*|\[([^\]\n]*)\]\(([^)\s]*)\)"
)
_ROLES = {1: "source-string", 2: "strong", 3: "strong", 4: "emphasis"}


def lines(text: str, width: int) -> list[tuple[Span, ...]]:
    """The lines of a text; paragraphs are wrapped to `width` cells."""
    from textwrap import wrap

    result: list[tuple[Span, ...]] = []
    fence = ""
    every = text.expandtabs(4).split("\n")
    for raw in every[:LINES]:
        line = sanitize_line(raw[:2_000])
        if fence:
            fence = "" if line.strip().startswith(fence) else fence
            if fence:
                result.append((("  ", "source"), (line, "source-string")))
        elif found := _FENCE.fullmatch(line):
            fence = found[1]
        elif found := _HEADING.fullmatch(line):
            result.append(((found[2], "source-heading"),))
        elif _RULE.fullmatch(line):
            result.append((("─" * min(width, 40), "note"),))
        elif found := _QUOTE.fullmatch(line):
            result += [
                (("▏ ", "note"), *_inline(part, "emphasis")) for part in wrap(found[1], width - 2) or [""]
            ]
        elif found := _BULLET.fullmatch(line):
            indent = found[1]
            for index, part in enumerate(wrap(found[2], max(width - len(indent) - 2, 10)) or [""]):
                result.append(((f"{indent}{'  ' if index else '• '}", "note"), *_inline(part, "source")))
        else:
            result += [_inline(part, "source") for part in wrap(line, max(width, 10)) or [""]]
    if len(every) > LINES:
        result.append(((f"… {len(every) - LINES:,} more lines", "note"),))
    return result


def _inline(text: str, role: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    at = 0
    for found in _INLINE.finditer(text):
        if found.start() > at:
            spans.append((text[at : found.start()], role))
        at = found.end()
        if found[5] is not None:
            spans += [(found[5], "link"), (f" ({found[6]})", "note")]
        else:
            spans.append(
                (next(group for group in found.groups()[:4] if group is not None), _ROLES[_kind(found)])
            )
    if at < len(text):
        spans.append((text[at:], role))
    return tuple(spans)


def _kind(found: re.Match[str]) -> int:
    return next(index for index in range(1, 5) if found[index] is not None)
