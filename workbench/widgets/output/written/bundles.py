"""A MIME bundle as lines: its richest form, else its plain text; the other forms are named."""

from __future__ import annotations

from backend.models import MimeBundle
from workbench.format import size
from workbench.sanitize import sanitize_line
from workbench.widgets.output.lines.buffer import LineBuffer
from workbench.widgets.output.lines.folds import Fold
from workbench.widgets.output.lines.kinds import Kind
from workbench.widgets.output.values.form import Form
from workbench.widgets.output.values.shelf import Kept, bytes_of

_PLAIN = "text/plain"


def write_bundle(
    buffer: LineBuffer, bundle: MimeBundle, first: Kind, more: Kind, form: Form | None, kept: Kept | None
) -> None:
    """Add a bundle in a form that was made of it; its lines lead to what is kept."""
    start = buffer.end
    text = bundle.get(_PLAIN)
    rich = form is not None and _write_form(buffer, form, first, more)
    if text is not None and not (rich and _says_less(str(text), form)):
        buffer.add(more if rich else first, str(text), more)
        rich = True
    named = {_PLAIN, *(form.mimes if form is not None else ())}
    others = [
        f"{sanitize_line(mime)} {size(bytes_of(mime, bundle[mime]))}" for mime in bundle if mime not in named
    ]
    if others:
        buffer.add(more if rich else first, " · ".join(others))
    if kept is not None:
        for number in range(max(start, buffer.dropped), buffer.end):
            buffer.links[number] = kept


def _says_less(text: str, form: Form | None) -> bool:
    """Whether the plain text adds nothing to a form: a table's or dict's own, or `<Figure with 1 Axes>`."""
    if form is None or form.table is not None or _PLAIN in form.mimes:
        return form is not None
    return text.startswith("<") and text.endswith(">") and "\n" not in text


def _write_form(buffer: LineBuffer, form: Form, first: Kind, more: Kind) -> bool:
    """Add the lines of a form; whether there were any but a remark."""
    start = buffer.end
    if form.picture is not None:
        for row in range(form.picture.rows):
            buffer.add_picture(form.picture, row)
    for index, line in enumerate(form.drawn):
        role = "strong" if index == 0 else "note" if index == 1 else "source"
        buffer.add_spans(more if index else first, ((line, role),))
    at = buffer.end
    for index, branch in enumerate(form.tree):
        number = buffer.add_spans(more if index else first, branch.spans)
        if branch.end:
            buffer.folds.add(Fold(number, at + branch.end, branch.closed, branch.said))
    for index, spans in enumerate(form.text):
        buffer.add_spans(more if index else first, spans or (("", "source"),))
    shown = buffer.end > start
    if form.remark:
        opens = " · Enter opens it" if form.table is not None else ""
        buffer.add_spans(Kind.NOTE, ((sanitize_line(form.remark) + opens, "note"),))
    return shown
