"""When changes of long code are parsed."""

from __future__ import annotations

import pytest

from workbench.widgets.editor.text.document import FLAT, SyntaxDocument, make_document

FLAT_CODE = "".join(f"name_{number} = {number}\n" for number in range(FLAT + 500))
DEEP_CODE = "def one():\n" + "".join(f"    name_{number} = {number}\n" for number in range(FLAT + 500))


@pytest.mark.parametrize(("code", "waits"), [(FLAT_CODE, True), (DEEP_CODE, False)], ids=["flat", "deep"])
def test_in_long_code_without_a_function_the_first_change_waits(code: str, waits: bool) -> None:
    document = make_document(code, "python")
    assert isinstance(document, SyntaxDocument)
    document.replace_range((1, 4), (1, 4), "x")
    assert document.stale is waits
    document.settle()
    assert not document.stale
