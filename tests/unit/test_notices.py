"""Notices: what each says has the form of its rank, whatever is in it, and nothing is piled up."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import workbench
from tests.unit.output.hostile import HOSTILE, controls
from workbench.telling import LASTING, TellingApp


def notices() -> Iterator[tuple[str, ast.Call]]:
    """Where a notice is told, and the call."""
    folder = Path(workbench.__file__).parent
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            told = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr
            if told == "notify" and file.name != "telling.py":
                assert isinstance(node, ast.Call)
                yield f"{file.relative_to(folder)}:{node.lineno}", node


def last_words(node: ast.expr) -> str:
    """The end of what a literal says; a full stop for what is no literal."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[-1], ast.Constant):
        return str(node.values[-1].value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:  # sanitize(…)
        return last_words(node.args[0])
    return "."


def test_notices_say_whole_sentences_and_what_is_wrong_has_a_title() -> None:
    found = list(notices())
    assert len(found) > 60
    wrong = []
    for place, call in found:
        words = {each.arg: each.value for each in call.keywords}
        rank = words.get("severity")
        assert rank is None or (isinstance(rank, ast.Constant) and rank.value in LASTING), place
        if rank is not None and "title" not in words:
            wrong.append(f"{place}: no title")
        if not call.args or last_words(call.args[0])[-1:] != ".":
            wrong.append(f"{place}: no sentence")
    assert not wrong


async def test_a_notice_is_text_lasts_as_its_rank_and_is_not_repeated() -> None:
    app = TellingApp()
    async with app.run_test() as pilot:
        for text in HOSTILE:
            app.notify(text, title=text, severity="error")
        await pilot.pause()
        shown = list(app._notifications)
        assert len(shown) == len(HOSTILE)
        told = "".join(each.message + each.title for each in shown)
        assert not controls(told.replace("\n", "").replace("\t", ""))
        assert {(each.markup, each.timeout) for each in shown} == {(False, 10)}
        for _ in range(3):
            app.screen.notify("Nothing is running.")
            await pilot.pause()
        assert [each.message for each in app._notifications].count("Nothing is running.") == 1
        assert len(app._notifications) == len(HOSTILE) + 1
