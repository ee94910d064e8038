"""What the name at the cursor is: the dialog, and the words when there is nothing to tell."""

from __future__ import annotations

import pytest

from backend.models import Inspection
from tests.app.modal_app import HOSTILE, SmallApp
from tests.app.whole import whole
from workbench.screens.documentation import DocumentationScreen

HALF = (
    "def half(x: int, *, up: bool = False) -> int:\n    '''Half of x.\n\n    Rounded.'''\n    return x // 2"
)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("key", ["shift+f1", "alt+d"])
async def test_a_function_shows_signature_and_documentation(key: str) -> None:
    async with whole() as app:
        await app.run(HALF)
        await app.write("y = 1\n# %% cell\nhalf(")
        await app.press(key)
        await app.see("half(x: int, *, up: bool = False) -> int", "Half of x.", "Rounded.", "function")
        await app.press("escape")
        await app.until(lambda: len(app.app.screen_stack) == 1)
        assert (app.focused, app.code) == ("editor", "y = 1\n# %% cell\nhalf(")


@pytest.mark.usefixtures("home")
async def test_a_value_is_shown_and_the_palette_has_it() -> None:
    async with whole() as app:
        await app.run("numbers = [1, 2, 3]")
        await app.write("numbers")
        await app.command("Editor: editing: Show documentation")
        await app.see("list", "[1, 2, 3]", "Built-in mutable sequence.")


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("code", ["", "1 + 1", "nothing_of_the_kind"])
async def test_where_nothing_is_known_it_says_so(code: str) -> None:
    async with whole() as app:
        await app.write(code)
        await app.press("shift+f1")
        await app.notice("Nothing is known of what is at the cursor.")
        assert len(app.app.screen_stack) == 1


@pytest.mark.usefixtures("home")
async def test_while_code_runs_it_says_why() -> None:
    async with whole() as app:
        await app.write("import time; time.sleep(60)")
        await app.press("f5")
        await app.until(lambda: app.state == "running")
        await app.press("shift+f1")
        await app.notice("The session is running; it tells what names are while it is idle.")


async def test_what_code_says_of_itself_is_text() -> None:
    app = SmallApp()
    async with app.run_test(size=(100, 30)) as pilot:
        found = Inspection(HOSTILE, HOSTILE, HOSTILE, f"{HOSTILE}\n\tindented", HOSTILE)
        await app.ask(DocumentationScreen(found))
        await pilot.pause()
        assert app.text.count("[@click=app.quit]x[/] ␛]0;t␇") == 5


async def test_long_documentation_scrolls_and_without_any_it_says_so() -> None:
    app = SmallApp()
    async with app.run_test(size=(80, 24)) as pilot:
        lines = "\n".join(f"line {number}" for number in range(200))
        await app.ask(DocumentationScreen(Inspection("name", "str", "", lines)))
        await pilot.pause()
        assert "line 199" not in app.text
        await pilot.press("end")
        await pilot.pause(0.5)
        assert "line 199" in app.text
        await pilot.press("escape")
        await app.ask(DocumentationScreen(Inspection("name", "str")))
        await pilot.pause()
        assert "It has no documentation." in app.text
