"""Code as coloured runs: pygments token types become a dozen roles that the style sheet paints.

Roles instead of pygments' own styles let code follow the theme of the app, also when it is switched.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

Run = tuple[str, str]
"""Role (empty for plain text) and text without a line break."""

ROLES = (
    "keyword",
    "string",
    "comment",
    "number",
    "name",
    "builtin",
    "operator",
    "heading",
    "added",
    "removed",
)


def runs_by_line(text: str, filename: str) -> list[list[Run]]:
    """The lines of `text` as runs, by the language `filename` tells; plain when it tells none.

    Pure Python at 300 to 500 kB/s: call it in a thread for anything long. Imports pygments when called.
    """
    lexer = _lexer(filename)
    if lexer is None:
        return [[("", line)] for line in text.split("\n")]
    return list(_lines(lexer, text))


def _lexer(filename: str) -> Lexer | None:
    from pygments.lexers import get_lexer_for_filename
    from pygments.util import ClassNotFound

    try:
        return get_lexer_for_filename(filename, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _lines(lexer: Lexer, text: str) -> Iterator[list[Run]]:
    line: list[Run] = []
    for token, value in lexer.get_tokens(text):
        role = _role(token)
        first, *rest = value.split("\n")
        line.append((role, first))
        for part in rest:
            yield line
            line = [(role, part)]
    yield line


@cache
def _role(token: _TokenType) -> str:
    from pygments.token import Token, is_token_subtype

    roles = (
        (Token.Keyword.Constant, "number"),
        (Token.Keyword, "keyword"),
        (Token.Operator.Word, "keyword"),
        (Token.Operator, "operator"),
        (Token.Comment, "comment"),
        (Token.Literal.String, "string"),
        (Token.Literal.Number, "number"),
        (Token.Name.Builtin, "builtin"),
        (Token.Name.Exception, "builtin"),
        (Token.Name.Function, "name"),
        (Token.Name.Class, "name"),
        (Token.Name.Decorator, "name"),
        (Token.Name.Tag, "keyword"),
        (Token.Name.Attribute, "name"),
        (Token.Generic.Heading, "heading"),
        (Token.Generic.Subheading, "heading"),
        (Token.Generic.Inserted, "added"),
        (Token.Generic.Deleted, "removed"),
    )
    return next((role for parent, role in roles if is_token_subtype(token, parent)), "")
