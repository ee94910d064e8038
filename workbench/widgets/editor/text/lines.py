"""What editing keys do to lines, as plain functions over strings."""

from __future__ import annotations

import re
from collections.abc import Sequence

INDENT = 4
"""Columns of one level of indentation."""

_LEADING = re.compile(r"[ \t]*")
_LEAVES = re.compile(r"\s*(?:return|pass|break|continue|raise)\b")
# strings and comments, so that what they hold is not taken for code
_NOT_CODE = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|#.*""")
_PAIRS = {")": "(", "]": "[", "}": "{"}


def leading(line: str) -> str:
    """The blanks a line begins with."""
    match = _LEADING.match(line)
    return match.group() if match else ""


def indent_after(before: str, step: int = INDENT) -> str:
    """The indentation of the line that Enter begins, where `before` is the line up to the cursor.

    One more level after `:` or an open bracket, one less after return, pass, break, continue or raise.
    """
    indent = leading(before)
    code = _NOT_CODE.sub(lambda match: "s" if match.group(1) else "", before).rstrip()
    opened = _open_brackets(code)
    if code.endswith((":", "(", "[", "{")):
        return indent + " " * step
    if _LEAVES.match(code) and not opened:
        return indent[: -step if indent.endswith(" " * step) else -1 if indent.endswith("\t") else None]
    return indent


def _open_brackets(code: str) -> list[str]:
    stack: list[str] = []
    for char in code:
        if char in "([{":
            stack.append(char)
        elif char in ")]}" and stack and stack[-1] == _PAIRS[char]:
            stack.pop()
    return stack


def closes(opening: str, closing: str) -> bool:
    """Whether two characters are a pair of brackets."""
    return _PAIRS.get(closing) == opening != ""


def indented(lines: Sequence[str], step: int = INDENT) -> list[str]:
    """Lines moved right to the next stop; blank ones stay."""
    return [" " * (step - len(leading(line)) % step) + line if line.strip() else line for line in lines]


def dedented(lines: Sequence[str], step: int = INDENT) -> list[str]:
    """Lines moved left to the previous stop."""
    return [line[_dedent_width(line, step) :] for line in lines]


def _dedent_width(line: str, step: int) -> int:
    blanks = leading(line)
    if blanks.startswith("\t"):
        return 1
    spaces = len(blanks) - len(blanks.lstrip(" "))
    return (spaces - 1) % step + 1 if spaces else 0


def commented(lines: Sequence[str]) -> list[str]:
    """Lines with `# ` at their common indentation; without it where every line has one."""
    filled = [line for line in lines if line.strip()]
    if filled and all(line.lstrip().startswith("#") for line in filled):
        return [re.sub(r"^(\s*)# ?", r"\1", line) for line in lines]
    if not filled:
        return [line + "# " for line in lines]
    column = min(len(leading(line)) for line in filled)
    return [f"{line[:column]}# {line[column:]}" if line.strip() else line for line in lines]


def backspace_width(before: str, step: int = INDENT) -> int:
    """How many characters Backspace takes: within leading spaces back to the previous stop, else one."""
    if before and not before.strip(" "):
        return (len(before) - 1) % step + 1
    return 1


def word_at(line: str, column: int) -> tuple[int, int]:
    """Start and end of the word, the blanks or the signs at a column."""
    for match in re.finditer(r"\w+|\s+|[^\w\s]+", line):
        if match.start() <= column < match.end():
            return match.span()
    last = re.search(r"(\w+|\s+|[^\w\s]+)$", line)
    return last.span() if last else (0, 0)


def pasted(text: str) -> str:
    """Text from a clipboard with `\\n` between its lines."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
