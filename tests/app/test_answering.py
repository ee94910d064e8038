"""Code that asks in the app: the line for the answer, who has the focus, and what takes the line away."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from tests.app.test_main_sessions import settled, switch
from tests.app.whole import Whole, whole
from tests.contract.driver import pieces
from workbench.widgets.output.answer import AnswerLine, _shown

pytestmark = pytest.mark.usefixtures("home")

WHEN_TOLD = "import os, time\nwhile not os.path.exists('go'): time.sleep(0.01)\ninput('ready? ')"


async def start(app: Whole, code: str) -> None:
    """Type code and run it by key."""
    await app.press("f2")
    await app.write(code)
    await app.press("f5")


async def asked(app: Whole, *words: str) -> None:
    """A question is on the line, and the line has the focus."""
    await app.see(*words, "asks for input")
    await app.until(lambda: has_focus(app), "the focus on the line")


def has_focus(app: Whole) -> bool:
    line = app.main.query(AnswerLine)
    return bool(line) and line.first().has_focus_within


def shown(app: Whole) -> bool:
    return any(line.display for line in app.main.query(AnswerLine))


async def gone(app: Whole) -> None:
    await app.until(lambda: not shown(app), "the line to go")
    assert "asks for input" not in app.text


async def answer(app: Whole, text: str) -> None:
    await app.press(*text, "enter")


async def go(app: Whole, session: str = "default") -> None:
    """Tell the code that it may ask."""
    await app.main.controller.backend.write_file(session, "go", pieces(b""))


# -- answering


async def test_the_answer_stands_behind_the_prompt_and_the_focus_goes_back() -> None:
    async with whole() as app:
        await start(app, "name = input('name? ')\nname * 2")
        await asked(app, "[1] name?")
        await answer(app, "Ann")
        await app.until(lambda: app.rows == [("name = input('name? ')", "succeeded")])
        await app.see("→ 'AnnAnn'")
        assert "name? Ann" in app.output
        await gone(app)
        assert app.focused == "editor"
        await app.press("x")
        assert app.code.endswith("name * 2x")


async def test_a_secret_is_masked_and_neither_shown_nor_copied() -> None:
    async with whole() as app:
        await start(app, "import getpass\nlen(getpass.getpass())")
        await asked(app, "[1] Password:")
        await app.press(*"geheim")
        await app.see("••••••")
        await app.press("ctrl+a", "ctrl+c", "ctrl+x")
        assert not app.app.clipboard
        await app.press("enter")
        await app.see("→ 6")
        assert "geheim" not in app.text + app.output
        assert not app.main.query_one(AnswerLine).query_one(Input).value


async def test_several_questions_keep_the_line_and_the_focus() -> None:
    async with whole() as app:
        await start(app, "[input(f'number {i} ') for i in range(4)]")
        for number in range(4):
            await asked(app, f"[1] number {number}")
            await answer(app, f"a{number}")
        await app.see("→ ['a0', 'a1', 'a2', 'a3']")
        await gone(app)


async def test_the_line_goes_when_no_other_question_comes() -> None:
    async with whole() as app:
        await start(app, "input()\nimport time; time.sleep(60)")
        await asked(app, "[1] input")
        await answer(app, "")
        await gone(app)
        assert (app.state, app.focused) == ("running", "editor")
        await app.press("f8")
        await app.until(lambda: app.state == "idle")


async def test_ctrl_d_ends_the_input_only_in_an_empty_line() -> None:
    async with whole() as app:
        await start(app, "input('? ')")
        await asked(app)
        await app.press("a", "b", "left", "ctrl+d")
        assert app.main.query_one(AnswerLine).query_one(Input).value == "a"
        await app.press("backspace", "ctrl+d")
        await app.until(lambda: "EOFError: the input has ended" in app.output)
        await gone(app)


async def test_a_prompt_is_text_in_one_line() -> None:
    async with whole() as app:
        await start(app, r"input('above\n\x1b[1m[@click=app.quit]now[/]\x1b[0m \x1b]0;t\x07? ')")
        await asked(app, "[1] [@click=app.quit]now[/] ␛]0;t␇?")
        await app.press("escape", "f8")
        await gone(app)


@pytest.mark.parametrize(
    ("prompt", "words"),
    [("", "input"), (" \n ", "input"), ("first\nlast: \n", "last:"), ("\x1b[0m", "input")],
)
def test_the_last_words_of_a_prompt_are_shown(prompt: str, words: str) -> None:
    assert _shown(prompt) == words


def test_a_long_prompt_is_shown_by_its_ends() -> None:
    shown = _shown("x" * 100_000 + "end")
    assert len(shown) == 36
    assert shown.endswith("end")
    assert "…" in shown


# -- who has the focus


async def test_who_types_in_the_editor_is_told_and_goes_there_by_key() -> None:
    async with whole() as app:
        await start(app, WHEN_TOLD)
        await app.until(lambda: app.state == "running")
        await app.press(*"x = 1")
        await go(app)
        await app.notice("Run 1 asks for input. F12 goes there.")
        await app.press("y")
        assert app.code == f"{WHEN_TOLD}x = 1y"
        await app.press("f12")
        await asked(app, "[1] ready?")
        await answer(app, "yes")
        await app.see("→ 'yes'")


async def test_who_filters_history_keeps_the_focus() -> None:
    async with whole() as app:
        await start(app, WHEN_TOLD)
        await app.press("f4")
        await app.until(lambda: app.focused == "history")
        await app.press("slash", *"ready")
        await go(app)
        await app.notice("Run 1 asks for input.")
        assert app.focused == "history"
        await app.command("Run: Answer input")
        await asked(app, "[1] ready?")


async def test_a_dialog_keeps_the_focus() -> None:
    async with whole() as app:
        await start(app, WHEN_TOLD)
        await app.until(lambda: app.state == "running")
        await app.press("f1")
        await app.until(lambda: len(app.app.screen_stack) == 2)
        await go(app)
        await app.notice("Run 1 asks for input.")
        assert len(app.app.screen_stack) == 2
        await app.press("escape", "f12")
        await asked(app, "[1] ready?")


async def test_another_pane_that_has_all_the_room_gives_it_up_for_the_key() -> None:
    async with whole() as app:
        await start(app, WHEN_TOLD)
        await app.press("f9")
        await go(app)
        await app.notice("Run 1 asks for input.")
        await app.press("f12")
        await asked(app, "[1] ready?")


async def test_escape_leaves_the_line_and_the_question_open() -> None:
    async with whole() as app:
        await start(app, "input('? ')")
        await asked(app)
        await app.press("a", "escape")
        await app.until(lambda: app.focused == "editor")
        assert shown(app)
        await app.press("f12", "b", "enter")
        await app.see("→ 'ab'")


async def test_the_key_says_when_nothing_asks() -> None:
    async with whole() as app:
        await app.press("f12")
        await app.notice("Nothing asks for input.")


async def test_output_scrolls_while_code_asks() -> None:
    async with whole() as app:
        await start(app, "for i in range(200): print('row', i)\ninput('? ')")
        await asked(app)
        await app.press("pageup", "pageup")
        await app.until(lambda: "row 199" not in app.text)
        assert has_focus(app)


# -- what takes it away


async def test_stopping_takes_the_line_away() -> None:
    async with whole() as app:
        await start(app, "x = 5\ninput('? ')")
        await asked(app)
        await app.press("f8")
        await app.until(lambda: app.rows == [("x = 5", "interrupted")])
        await gone(app)
        assert app.focused == "editor"
        assert (await app.run("x")).value == {"text/plain": "5"}


RING = "import signal\ndef ring(*a):\n    if on: raise TimeoutError\nsignal.signal(signal.SIGALRM, ring)\n"


async def test_a_question_given_up_is_replaced_and_what_was_typed_with_it() -> None:
    code = (
        f"{RING}import os\non = 1\nsignal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)\n"
        "try: input('first ')\nexcept TimeoutError: on = False\ninput('second ')"
    ).replace("if on:", "if on and os.path.exists('go'):")
    async with whole() as app:
        await start(app, code)
        await asked(app, "[1] first")
        await app.press(*"half")
        await go(app)
        await asked(app, "[1] second")
        await answer(app, "whole")
        await app.see("→ 'whole'")


async def test_questions_of_two_sessions_wait_for_their_answers() -> None:
    async with whole() as app:
        await start(app, "input('in default ')")
        await asked(app, "[1] in default")
        await switch(app, "other")
        await settled(app, "other")
        await gone(app)
        await start(app, "input('in other ')")
        await asked(app, "[1] in other")
        await answer(app, "o")
        await app.until(lambda: app.rows == [("input('in other ')", "succeeded")])
        await switch(app, "default")
        await app.until(lambda: shown(app) and app.state == "running")
        await app.press("f12")
        await asked(app, "[1] in default")
        await answer(app, "d")
        await app.see("→ 'd'")


async def test_a_question_of_another_session_is_told() -> None:
    async with whole() as app:
        await start(app, WHEN_TOLD)
        await app.until(lambda: app.state == "running")
        await switch(app, "other")
        await settled(app, "other")
        await go(app, "default")
        await app.notice("Run 1 asks for input in session 'default'. Switch there to answer.")
        assert not shown(app)
        assert "asks for input" not in app.main.status.render().plain


async def test_a_worker_that_dies_takes_its_question_along() -> None:
    code = "import os, threading\nthreading.Timer(1, os._exit, [3]).start()\ninput('? ')"
    async with whole() as app:
        await start(app, code)
        await asked(app)
        await app.until(lambda: app.rows == [("import os, threading", "worker_died")])
        await gone(app)


async def test_hundreds_of_questions_given_up_leave_one_notice_and_a_live_app() -> None:
    code = (
        f"{RING}signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)\nfor i in range(500):\n    on = True\n"
        "    try: input('\\x1b' * 100)\n    except TimeoutError: on = False\n"
        "input('end? ')"
    )
    async with whole() as app:
        await start(app, code)
        await app.press("f2", *"typed")
        await app.see("[1] end?")
        assert app.code.endswith("typed")
        assert len(app.notices) <= 1
        await app.press("f8")
        await app.until(lambda: app.state == "idle")
