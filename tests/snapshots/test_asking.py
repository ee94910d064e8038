"""How it looks when code asks for input, and when a name is looked up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from backend.models import InputRequested, Inspection, SessionState, Status, Stream
from tests.snapshots.conftest import fill, make_app, settle, until
from tests.snapshots.test_screens import CODE, GOOD
from workbench.history.entry import Segment
from workbench.screens.documentation import DocumentationScreen
from workbench.widgets.output.answer import AnswerLine

pytestmark = pytest.mark.usefixtures("clean_environment")

Compare = Callable[..., bool]

ASKING = replace(
    GOOD, id="6", code="name = input('Your name, please? ')", number=6, value=None, files_changed=()
)


async def asking(pilot: Pilot[None], *, secret: bool) -> None:
    """A question on the line; the execution is a picture of one that is over, for its times stand still."""
    app = await settle(pilot)
    prompt = "Password: " if secret else "Your name, please? "
    entry = replace(ASKING, status=Status.SUCCEEDED, segments=(Segment(Stream.STDOUT, prompt),))
    await fill(app, pilot, CODE, [GOOD, entry])
    app.main.status.update_status(state=SessionState.RUNNING)
    app.main.answer_desk.code_sent()
    app.main.answer_desk.ask(entry, InputRequested("6", prompt, secret))
    await until(
        pilot, lambda: app.screen.query(AnswerLine) and app.screen.query_one(AnswerLine).has_focus_within
    )
    await pilot.pause()


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_a_question(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await asking(pilot, secret=False)

    assert snap_compare(make_app(), terminal_size=size, run_before=before)


def test_a_secret(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await asking(pilot, secret=True)
        await pilot.press(*"word")
        await pilot.pause()

    assert snap_compare(make_app("sailcloth"), terminal_size=(80, 24), run_before=before)


def test_documentation(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[None]) -> None:
        app = await settle(pilot)
        await fill(app, pilot, CODE, [GOOD])
        words = "The mean.\n\nParameters\n----------\nvalues\n    Numbers, at least one of them."
        found = Inspection("mean", "function", "mean(values: list[float]) -> float", words, "")
        await app.push_screen(DocumentationScreen(found))
        await pilot.pause(0.2)

    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=before)
