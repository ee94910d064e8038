"""Targets in the app: connect, switch, what a far one cannot do, stopping there, its sessions, its wire."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.widgets import OptionList, Select

from backend import connect as doors
from backend.errors import CannotStart
from backend.models import Capabilities, Outcome, SessionInfo, SessionState, Status, Stream, Target
from backend.port import Backend
from tests.app.distant import Distant
from tests.app.whole import Whole, configure, whole
from workbench.screens.connect import ConnectScreen
from workbench.screens.exchanges import ExchangesScreen
from workbench.screens.sessions import SessionsScreen
from workbench.widgets.code_view import CodeView
from workbench.widgets.editor.completion import CompletionMenu

pytestmark = pytest.mark.usefixtures("home")
POOL = '[profiles.pool]\nurl = "https://pool.example/one"\nauth = "azure"\n'


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Distant:
    """The far target that every remote profile leads to."""
    one = Distant()

    def connect(target: Target, data: Path, *, warm: bool = True) -> Backend:
        if target.kind == "local":
            return doors.connect(target, data, warm=warm)
        one.target = target
        return one

    monkeypatch.setattr("workbench.setup.connect", connect)
    return one


@asynccontextmanager
async def at_pool(size: tuple[int, int] = (120, 40)) -> AsyncIterator[Whole]:
    configure(POOL)
    async with whole(profile="pool", size=size) as app:
        yield app


async def running(app: Whole, far: Distant, code: str = "print(1)") -> None:
    """Code runs at the far target, which does not tell how far it is."""
    await app.write(code)
    await app.press("f5")
    await app.until(lambda: far.running, "the execution")
    await app.see("no streaming: output comes at the end")


def shown(app: Whole) -> str:
    """All text of the inspector's exchange."""
    view = app.app.screen.query_one(CodeView)
    return "\n".join("".join(text for _, text in line) for line in view._runs)


async def test_output_comes_at_the_end_and_that_is_said_while_code_runs(far: Distant) -> None:
    async with at_pool((140, 40)) as app:
        await app.see("target pool", "API 2025-10-02-preview")
        assert "isolation" not in app.text.splitlines()[-2]
        await running(app, far)
        far.end("1\n")
        await app.until(lambda: app.rows == [("print(1)", "succeeded")])
        await app.until(lambda: "succeeded" in app.output)
        assert "no streaming" not in app.output
        assert app.output.splitlines()[1] == "1"


async def test_a_stream_that_the_target_has_cut_says_so_in_output_and_entry(far: Distant) -> None:
    async with at_pool() as app:
        await running(app, far)
        cut = Outcome(Status.SUCCEEDED, truncated=(Stream.STDOUT,), files_changed=None)
        far.end("x" * 4096, cut)
        await app.until(lambda: "stdout was cut by the target at 4,096 characters" in app.output)
        await app.press("f4", "enter")
        await app.see("Execution 1", "stdout was cut by the target at 4,096 characters", "1 exchange")


async def test_waiting_for_room_counts_down_and_f8_stops_waiting(far: Distant) -> None:
    async with at_pool() as app:
        far.full = 30.0
        await app.write("print(1)")
        await app.press("f5")
        await app.see("no free session, trying again in 30 s · F8 stops waiting")
        await app.see("trying again in 29 s")
        await app.press("f8")
        await app.until(lambda: app.rows == [("print(1)", "interrupted")])
        assert far.running == {}


async def test_room_that_is_found_ends_the_countdown(far: Distant) -> None:
    async with at_pool() as app:
        far.full = 30.0
        await app.write("print(1)")
        await app.press("f5")
        await app.see("no free session")
        far.make_room()
        await app.see("output comes at the end")
        assert "no free session" not in app.text
        far.end()


async def test_stopping_asks_and_stopping_to_wait_keeps_the_session(far: Distant) -> None:
    async with at_pool() as app:
        await running(app, far)
        await app.press("f8")
        await app.see(
            "Execution 1 cannot be stopped", "the session keeps its variables", "history marks it lost"
        )
        await app.press("enter")  # the safe answer has the focus
        assert far.running
        await app.press("f8")
        await app.see("cannot be stopped")
        await app.press("w")
        await app.until(lambda: app.rows == [("print(1)", "lost")])
        assert (len(far.abandoned), far.ended) == (1, [])


async def test_stopping_by_the_end_of_the_session_names_what_is_lost(far: Distant) -> None:
    async with at_pool() as app:
        await running(app, far)
        await app.press("f8")
        await app.see("All variables and files of session default are")
        await app.press("e")
        await app.until(lambda: app.rows == [("print(1)", "interrupted")])
        assert far.ended == ["default"]


async def test_the_app_is_free_while_far_code_runs(far: Distant) -> None:
    async with at_pool() as app:
        await running(app, far)
        await app.press("f2", "ctrl+a", *"y=2")
        assert app.code == "y=2"
        await app.press("ctrl+p")
        await app.press("escape")
        await app.command("Target: Switch target  (Alt+T)")
        await app.see("this machine · process")
        await app.press("home", "enter")
        await app.until(lambda: app.main.status.parts.target == "local" and app.state == "idle")
        await app.until(lambda: app.rows == [])
        assert (await app.run("1 + 1")).profile == "local"
        far.end("from afar\n")
        await app.until(lambda: "from afar" in app.output)
        assert app.rows == [("1 + 1", "succeeded")]
        await app.until(lambda: far.closed, "the end of the far backend")


async def test_what_a_target_cannot_do_is_said_where_one_looks_for_it(far: Distant) -> None:
    far.capabilities = Capabilities(
        streams=False,
        interrupts=False,
        completes=False,
        inputs=False,
        folders=False,
        deletes=False,
        makes_folders=False,
        moves_files=False,
    )
    async with at_pool() as app:
        await app.command("Target: Tell which files executions change")
        await app.notice("Each execution lists the files twice from now on")
        await app.command("Target: Tell which files executions change")
        await app.notice("Executions tell no more which files they change.")
        await app.write("nothing_of_the_kind")
        await app.press("alt+d")
        await app.notice("The code around does not tell what is at the cursor. Run help(NAME)")
        await app.see("API 2025-10-02-preview has no", "folders and no deleting.")
        await app.press("f7", "down", "x")
        await app.see("This target cannot delete files.", "os.remove('far.csv')")
        await app.press("R")
        await app.see("This target cannot rename files.", "os.rename('far.csv', 'NAME')")
        await app.press("f")
        await app.see("This target cannot make folders.", "os.mkdir('NAME')")


async def test_where_the_target_tells_no_names_the_code_does(far: Distant) -> None:
    async with at_pool() as app:
        menu = app.main.editor.query_one(CompletionMenu)
        await app.write("import json\n\nrecords = {}\n# %%\n")
        await app.press("r", "e", "c")
        await app.until(lambda: menu.is_open, "names after a pause")
        await app.press("enter")
        assert app.code.endswith("\nrec\n"), "Enter is a new line while no name is marked"
        await app.press(*"reco", "tab")
        await app.until(lambda: app.code.endswith("\nrecords"), "the only name, from another cell")
        await app.press(".", *"setd")
        await app.until(lambda: menu.is_open, "names of a dictionary, by jedi")
        await app.press("tab")
        assert app.code.endswith("records.setdefault")
        await app.press("enter", *"json.dumps(", "shift+f1")
        await app.see("dumps(obj: Any", "Serialize")
    assert far.codes == [], "nothing was run for it"


async def test_quitting_over_far_code_says_that_it_goes_on(far: Distant) -> None:
    async with at_pool() as app:
        await running(app, far)
        await app.press("ctrl+q")
        await app.see("What a remote target has begun goes on there")
        await app.press("n")
        far.end()


async def test_a_target_out_of_reach_is_offline_and_said_once(far: Distant) -> None:
    far.broken = CannotStart("Nobody is there.", "Look again.")
    configure(POOL)
    async with whole(profile="pool", state="offline") as app:
        await app.notice("Nobody is there. Look again.")
        await app.see("○ offline")
        assert len(app.notices) == 1


# -- connecting


async def test_connecting_refuses_what_cannot_be_right_and_tells_why(far: Distant) -> None:
    async with whole() as app:
        await app.press("alt+c")
        await app.until(lambda: isinstance(app.app.screen, ConnectScreen))
        await app.press("enter")
        await app.see("A target needs a URL.")
        await app.press(*"ftp://x", "enter")
        await app.see("The URL must be http://HOST")
        url = app.app.screen.query_one("#url")
        url.value = "https://pool.example/one"  # type: ignore[attr-defined]  # an Input
        auth = app.app.screen.query_one("#auth")
        auth.value = "hunter2"  # type: ignore[attr-defined]  # an Input
        await app.press("enter")
        await app.see("Sign in with none, azure, env:VARIABLE, or command:")
        assert isinstance(app.app.screen, ConnectScreen)


async def test_connecting_goes_there_and_saving_writes_a_profile(far: Distant) -> None:
    configure('# mine\ntheme = "ember"  # warm\n')
    async with whole() as app:
        await app.press("alt+c")
        await app.until(lambda: isinstance(app.app.screen, ConnectScreen))
        app.app.screen.query_one("#name").value = "pool"  # type: ignore[attr-defined]  # an Input
        app.app.screen.query_one("#url").value = "https://pool.example/one"  # type: ignore[attr-defined]  # as above
        app.app.screen.query_one("#auth").value = "env:POOL_TOKEN"  # type: ignore[attr-defined]  # as above
        app.app.screen.query_one(Select).value = "2024-10-02-preview"
        await app.pilot.pause()
        await app.press("ctrl+s")
        await app.until(lambda: app.main.status.parts.target == "pool" and app.state == "idle")
        await app.see("API 2024-10-02-preview")
        assert far.target == Target(
            "pool", "remote", "https://pool.example/one", "2024-10-02-preview", auth="env:POOL_TOKEN"
        )
    text = (Path(os.environ["WORKBENCH_HOME"]) / "config" / "config.toml").read_text()
    assert text == (
        '# mine\ntheme = "ember"  # warm\n\n[profiles.pool]\nurl = "https://pool.example/one"\n'
        'api_version = "2024-10-02-preview"\nauth = "env:POOL_TOKEN"\n'
    )
    async with whole(profile="pool") as app:
        assert app.main.controller.target == far.target


async def test_a_target_is_spoken_to_asynchronously_where_its_version_can(far: Distant) -> None:
    configure("")
    async with whole() as app:
        await app.press("alt+c")
        await app.until(lambda: isinstance(app.app.screen, ConnectScreen))
        app.app.screen.query_one("#name").value = "pool"  # type: ignore[attr-defined]  # an Input
        app.app.screen.query_one("#url").value = "https://pool.example/one"  # type: ignore[attr-defined]  # as above
        app.app.screen.query_one("#executions", Select).value = True
        version = app.app.screen.query_one("#version", Select)
        version.value = "2024-08-02-preview"
        await app.pilot.pause()
        await app.press("ctrl+s")
        await app.see("2024-08-02-preview answers only when the code is done; choose synchronous.")
        version.value = "2025-10-02-preview"
        await app.pilot.pause()
        await app.press("ctrl+s")
        await app.until(lambda: app.main.status.parts.target == "pool" and app.state == "idle")
        assert far.target is not None
        assert far.target.asynchronous
    async with whole(profile="pool") as app:
        assert app.main.controller.target == far.target


async def test_a_target_that_cannot_be_used_leaves_the_one_before(far: Distant) -> None:
    configure(POOL)
    async with whole() as app:
        await app.run("x = 1")
        far.broken = CannotStart("Nobody is there.", "Look again.")
        await app.press("alt+t")
        await app.see("Connect to a new target…")
        await app.press("down", "enter")
        await app.notice("Nobody is there. Look again.")
        await app.until(lambda: app.state == "idle")
        assert app.main.status.parts.target == "local"
        assert app.rows == [("x = 1", "succeeded")]


async def test_a_test_of_the_connection_says_what_is_wrong(far: Distant) -> None:
    async with whole() as app:
        await app.press("alt+c")
        await app.until(lambda: isinstance(app.app.screen, ConnectScreen))
        app.app.screen.query_one("#url").value = "http://127.0.0.1:1"  # type: ignore[attr-defined]  # an Input
        await app.press("f5")
        await app.see("✗ target", "It cannot be used like this.")


# -- sessions


async def test_sessions_are_listed_switched_and_ended(far: Distant) -> None:
    far.living = {
        "old": SessionInfo("old", SessionState.IDLE, created_at=1.0, last_used_at=2.0, expires_at=4e9),
    }
    async with at_pool() as app:
        await app.press("alt+l")
        await app.until(lambda: isinstance(app.app.screen, SessionsScreen))
        await app.see("1 session at the target", "● default", "old", "idle")
        await app.press("down", "x")
        await app.see("End session?", "Its variables and its files are lost")
        await app.press("y")
        await app.notice("The session is ended.")
        assert far.ended == ["old"]
        await app.until(lambda: "old" not in app.text)
        await app.press("n")
        await app.until(lambda: app.main.status.parts.session != "default" and app.state == "idle")
        name = app.main.controller.session
        assert re.fullmatch("[a-z0-9]{32}", name)
        await app.press("alt+l")
        await app.see(name, "default")
        await app.press("down", "enter")
        await app.until(lambda: app.main.status.parts.session == "default")


async def test_a_target_that_lists_nothing_shows_the_sessions_used_here(far: Distant) -> None:
    far.capabilities = Capabilities(lists_sessions=False, ends_sessions=False)
    async with at_pool() as app:
        await app.press("alt+l")
        await app.see("This target cannot list its sessions.", "● default")
        await app.press("x", "y")
        await app.notice("This target cannot end a session.")


async def test_random_identifiers_are_masked_on_the_screen_and_in_its_picture(
    far: Distant, home: Path
) -> None:
    async with at_pool() as app:
        await app.command("Session: New session")
        await app.until(lambda: app.main.status.parts.session != "default" and app.state == "idle")
        name = app.main.controller.session
        await app.see(f"session {name[:4]}…")
        assert name not in app.text
        await app.press("alt+l")
        await app.see(name)
        picture = app.app.export_screenshot()
        assert name not in picture
        assert name[:4] + "•" * 28 in picture
        await app.press("escape")
        await app.command("View: Save a picture of the screen")
        await app.notice("The screen is in")
    assert name not in picture_of(home)


# -- the wire


async def test_exchanges_of_an_execution_are_shown_without_secrets_and_copied_as_curl(far: Distant) -> None:
    async with at_pool((140, 44)) as app:
        await running(app, far)
        far.end("1\n")
        await app.until(lambda: app.rows == [("print(1)", "succeeded")])
        await app.press("f4", "w")
        await app.until(lambda: isinstance(app.app.screen, ExchangesScreen))
        await app.see("Exchanges of execution 1 · pool", "/one/executions", "200", "150 ms")
        await app.until(lambda: "HTTP 200" in shown(app))
        assert '  "code": "print(1)"' in shown(app)
        assert "abcdefghijklmnopqrstuvwxyz" not in shown(app)
        assert re.search(r"allocation time +█+.* 30 ms", shown(app))
        await app.press("c")
        await app.notice("Copied as curl. The token is fetched")
        assert "/one/executions?" in app.app.clipboard
        assert "Bearer $(az account get-access-token" in app.app.clipboard
        await app.press("o")
        await app.notice("in the other generation")
        assert "/one/code/execute?api-version=2024-02-02-preview" in app.app.clipboard
        assert '"code":"print(1)"' in app.app.clipboard.replace('": "', '":"')


@pytest.mark.parametrize("keys", [("f3", "w"), ("f4", "enter", "w")])
async def test_exchanges_are_reached_from_output_and_entry(far: Distant, keys: tuple[str, ...]) -> None:
    async with at_pool() as app:
        await running(app, far)
        far.end("1\n")
        await app.until(lambda: app.rows == [("print(1)", "succeeded")])
        for key in keys:
            await app.press(key)
            await app.pilot.pause(0.1)
        await app.see("Exchanges of execution 1 · pool")


async def test_exchanges_of_files_are_reached_from_their_pane_and_by_key(far: Distant) -> None:
    async with at_pool() as app:
        await app.press("f7", "w")
        await app.see("Exchanges of session default · pool", "/one/files", "/one/session")
        await app.press("c")
        await app.notice("Copied as curl.")
        assert "/one/files?" in app.app.clipboard or "/one/session?" in app.app.clipboard
        await app.press("escape", "alt+x")
        await app.see("Exchanges of session default · pool")


async def test_a_local_execution_has_no_exchanges_and_can_be_copied_in_either_generation() -> None:
    async with whole() as app:
        await app.run("print('here')")
        await app.press("f4", "w")
        await app.see("Nothing goes over the wire here")
        await app.press("c")
        await app.notice("Copied as curl.")
        assert "http://localhost:6000/executions?api-version=2025-10-02-preview" in app.app.clipboard
        assert "Authorization" not in app.app.clipboard
        await app.press("o")
        await app.notice("in the other generation")
        assert "http://localhost:6000/code/execute?" in app.app.clipboard


async def test_the_session_of_this_machine_has_no_exchanges_and_says_how_to_get_some() -> None:
    async with whole() as app:
        await app.press("alt+x")
        await app.see("Nothing goes over the wire here", "Connect to a target (Alt+C)")


async def test_the_picker_opens_a_profile_to_change_it(far: Distant) -> None:
    configure(POOL)
    async with whole() as app:
        await app.press("alt+t")
        await app.see("pool.example/one · 2025-10-02")
        assert app.app.screen.query_one(OptionList).option_count == 3
        await app.press("e")
        await app.notice("A local profile is changed in config.toml.")
        await app.press("down", "e")
        await app.until(lambda: isinstance(app.app.screen, ConnectScreen))
        await app.see("pool", "https://pool.example/one")


def picture_of(folder: Path) -> str:
    """The picture that was saved there."""
    return next(folder.glob("workbench-*.svg")).read_text(encoding="utf-8")
