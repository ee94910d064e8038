"""`workbench replay` as a command: what it runs, what it says, what it ends with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.models import Status
from tests.unit.cli.conftest import COMMAND, LIMIT, Shell, sentence
from tests.unit.cli.test_history import entry, fill

OLD, NEW = "2024-02-02-preview", "2025-10-02-preview"


def serve(home: Path, *flags: str) -> tuple[subprocess.Popen[str], str]:
    environment = {**os.environ, "WORKBENCH_HOME": str(home), "HOME": str(home)}
    command = [str(COMMAND), "serve", "--port", "0", "--isolation", "process", *flags]
    server = subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE)
    assert server.stdout is not None
    line = next(one for one in server.stdout if one.startswith("Listening"))
    return server, line.split()[1]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of this user."""
    server, found = serve(tmp_path_factory.mktemp("served"))
    try:
        yield found
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=20)


def replay(shell: Shell, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = shell.run("replay", *arguments)
    assert done.returncode == code, (arguments, done.stdout, done.stderr)
    return done


def document(shell: Shell, *arguments: str, code: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(replay(shell, *arguments, "--json", code=code).stdout)
    return found


def past(shell: Shell, *codes: str) -> None:
    """What was run, as one session keeps it: each command line has a worker of its own."""
    for code in codes:
        shell.run("run", "-c", code)


def test_equal_is_0_and_leaves_nothing_but_history(shell: Shell) -> None:
    (shell.folder / "in.txt").write_text("words")
    shell.run("files", "put", "in.txt")
    past(shell, "print(open('in.txt').read())", "import time; print(time.time())")
    done = replay(shell, "default")
    assert done.stdout.splitlines()[-1] == "2 equal"
    assert "default at local → default.replay-" in done.stdout
    kept = json.loads(shell.run("history", "--json").stdout)
    assert len({each["session"] for each in kept}) == 2
    assert len(kept) == 4
    folders = [one for one in (shell.home / "data" / "sessions").iterdir() if not one.name.startswith(".")]
    assert len(folders) == 1  # that of the session it comes from


def test_a_difference_is_1_in_both_generations_with_reports(shell: Shell, url: str) -> None:
    past(shell, "1", "import random; print('drawn', random.random())", "3")
    for version in (OLD, NEW):
        flags = ("--url", url, "--api-version", version)
        told = document(shell, "default", *flags, "--report", "r.md", "--report", "r.json", code=1)
        assert [each["outcome"] for each in told["executions"]] == ["equal", "differs", "skipped"]
        assert (told["equal"], told["differs"], told["failed"]) == (1, 1, 0)
        before, after = told["executions"][1]["before"], told["executions"][1]["after"]
        assert (before["session"], after["api_version"]) == ("default", version)
        assert [one["aspect"] for one in told["executions"][1]["differences"]] == ["stdout"]
        assert json.loads((shell.folder / "r.json").read_text()) == told
        assert "```diff" in (shell.folder / "r.md").read_text()
        going = document(shell, "default", *flags, "--keep-going", code=1)
        assert [each["outcome"] for each in going["executions"]] == ["equal", "differs", "equal"]
        assert document(shell, "default", *flags, "--ignore", "^drawn .*$")["equal"] == 3


def test_a_profile_of_the_file_and_expressions_of_it(shell: Shell, url: str) -> None:
    past(shell, "import uuid; print(uuid.uuid4().int)")
    shell.configure(f'replay_ignore = ["\\\\d{{30,}}"]\n[profiles.there]\nurl = "{url}"\n')
    done = replay(shell, "1", "--on", "there")
    assert "default at local → " in done.stdout
    assert "at there (2025-10-02-preview)" in done.stdout
    assert "name two profiles" in replay(shell, "1", "--on", "there", "--profile", "local", code=2).stderr


def test_a_target_out_of_reach_is_3(shell: Shell) -> None:
    past(shell, "1")
    told = replay(shell, "default", "--url", "http://127.0.0.1:9", code=3)
    assert "cannot be reached" in told.stderr
    assert told.stdout.splitlines()[-1] == "1 not run"


def test_a_target_that_dies_half_way_is_3(shell: Shell, tmp_path_factory: pytest.TempPathFactory) -> None:
    server, found = serve(tmp_path_factory.mktemp("dying"))
    mark = shell.folder / "mark"
    past(shell, "1", f"import os; os.path.exists({str(mark)!r}) and os.kill({server.pid}, 9)", "3")
    mark.touch()
    told = document(shell, "default", "--url", found, "--keep-going", code=3)
    server.communicate(timeout=20)
    assert told["executions"][0]["outcome"] == "equal"
    assert told["executions"][-1]["outcome"] == "skipped"
    assert told["failed"] == 1
    assert told["executions"][1]["reason"]


def test_many_sessions_at_once(shell: Shell, url: str) -> None:
    names = [f"batch-{number}" for number in range(4)]
    fill(
        shell,
        [
            entry(f"{name}-{n}", f"{n}", session=name, value={"text/plain": str(n)}, files_changed=None)
            for name in names
            for n in (1, 2)
        ],
    )
    told = document(shell, *names, "--url", url, "--jobs", "3")
    assert told["equal"] == 8
    assert len({one["after"]["session"] for one in told["sessions"]}) == 4
    query = document(shell, "--query", "session:batch-2", "--url", url)
    assert [each["before"]["id"] for each in query["executions"]] == ["batch-2-1", "batch-2-2"]


def test_more_jobs_than_the_target_has_room_for_wait_their_turn(
    shell: Shell, tmp_path_factory: pytest.TempPathFactory
) -> None:
    server, found = serve(tmp_path_factory.mktemp("small"), "--max-sessions", "2", "--idle-timeout", "1")
    names = [f"batch-{number}" for number in range(5)]
    past_of = [
        entry(f"{name}-1", "__import__('time').sleep(0.3)", session=name, files_changed=None)
        for name in names
    ]
    fill(shell, past_of)
    try:
        done = replay(shell, *names, "--url", found, "--jobs", "5", "--json")
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=20)
    told = json.loads(done.stdout)
    assert (told["equal"], told["failed"], told["skipped"]) == (5, 0, 0), (told, done.stderr)
    assert "no free session, trying again in" in done.stderr


def test_the_plan_runs_nothing(shell: Shell) -> None:
    (shell.folder / "in.txt").write_text("words")
    shell.run("files", "put", "in.txt")
    fill(
        shell,
        [entry("a", "import surely_nowhere\nopen('in.txt')"), entry("b", "2", status=Status.INTERRUPTED)],
    )
    said = replay(shell, "default", "--plan").stdout
    assert "file in.txt (5 B)" in said
    assert "[1] surely_nowhere is not installed there." in said
    assert "[2] left out: it was interrupted" in said
    (plan,) = json.loads(replay(shell, "default", "--plan", "--json").stdout)
    assert [one["number"] for one in plan["executions"]] == [1]
    assert len(json.loads(shell.run("history", "--json").stdout)) == 2


def test_what_names_nothing_is_told(shell: Shell) -> None:
    fill(
        shell,
        [
            entry("0" * 8, "1"),
            entry("p", "1", session="twice", profile="local"),
            entry("q", "1", session="twice", profile="pool"),
        ],
    )
    for arguments, words in (
        ((), "Say what to run again"),
        (("nowhere",), "no session"),
        (("default:7",), "has no execution 7"),
        (("twice",), "--from PROFILE"),
        (("default", "--ignore", "("), "not a regular expression"),
        (("default", "--count", "tme"), "no rule 'tme'"),
        (("default", "--report", "x.txt"), ".json or .md"),
        (("default", "--report", "no/x.md"), "not there"),
        (("default", "twice", "--from", "local", "--session", "s"), "--session names one session"),
        (("--query", "status:failed"), "finds nothing"),
    ):
        assert words in sentence(replay(shell, *arguments, code=2).stderr), arguments
    assert replay(shell, "twice", "--from", "local", "--plan").returncode == 0


@pytest.mark.parametrize("what", ["default:2", "2", "default:2-", "2..2", "b" * 8])
def test_ways_to_name_one(shell: Shell, what: str) -> None:
    fill(
        shell,
        [
            entry("a" * 8, "1"),
            entry("b" * 8, "2"),
        ],
    )
    (plan,) = json.loads(replay(shell, what, "--plan", "--json").stdout)
    assert [one["number"] for one in plan["executions"]] == [2]


def test_ctrl_c_stops_cleanly_and_tells_what_was_done(shell: Shell) -> None:
    (shell.folder / "slow").mkdir()
    mark = shell.folder / "slow" / "mark"
    fill(
        shell,
        [
            entry("a", "1", value={"text/plain": "1"}, files_changed=()),
            entry("b", f"import time; open({str(mark)!r}, 'w'); time.sleep(60)"),
            entry("c", "3"),
        ],
    )
    with shell.start("replay", "default") as started:
        deadline = time.monotonic() + LIMIT
        while not mark.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        started.send_signal(signal.SIGINT)
        out, _ = started.communicate(timeout=LIMIT)
    assert started.returncode == 130
    assert out.splitlines()[-1] == "1 equal, 2 not run; it was stopped"
    statuses = {
        each["code"][:6]: each["status"]
        for each in json.loads(shell.run("history", "--json", "--limit", "2").stdout)
    }
    assert statuses["import"] == "interrupted"


def test_what_was_sent_and_is_gone_from_the_session_is_sent_from_what_is_kept(shell: Shell) -> None:
    (shell.folder / "in.txt").write_text("words")
    shell.run("files", "put", "in.txt")
    past(shell, "print(open('in.txt').read())")
    shell.run("files", "rm", "-f", "in.txt")
    (plan,) = json.loads(replay(shell, "default", "--plan", "--json").stdout)
    (file,) = plan["files"]
    assert (file["path"], len(file["sha256"]), plan["lacks"]) == ("in.txt", 64, [])
    assert "file in.txt (5 B): kept by hash" in replay(shell, "default", "--plan").stdout
    assert replay(shell, "default").stdout.splitlines()[-1] == "1 equal"
    for blob in (shell.home / "data" / "blobs").glob("??/*"):
        blob.unlink()
    told = replay(shell, "default", "--plan").stdout
    assert "in.txt is read, and is neither in the session nor kept: it is missing" in told
