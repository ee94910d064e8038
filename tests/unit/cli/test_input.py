"""`workbench run` of code that asks, with standard input from pipes, files, and nowhere."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from tests.unit.cli.conftest import COMMAND, LIMIT, Shell

ADD = "print(int(input('a? ')) + int(input('b? ')))"


def test_lines_of_a_pipe_answer_in_order(shell: Shell) -> None:
    ran = shell.run("run", "-c", ADD, stdin="3\n4\n")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "a? b? 7\n", "")


def test_a_file_answers_what_a_file_asks(shell: Shell) -> None:
    (shell.folder / "job.py").write_text("import sys\nsum(int(line) for line in sys.stdin)")
    (shell.folder / "numbers").write_text("1\n2\n3")
    with (shell.folder / "numbers").open() as numbers:
        ran = subprocess.run(
            [COMMAND, "run", "job.py"],
            env=shell.environment(),
            cwd=shell.folder,
            stdin=numbers,
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "6\n", "")


def test_the_end_of_the_pipe_is_the_end_of_input(shell: Shell) -> None:
    ran = shell.run("run", "-c", ADD, stdin="3\n")
    assert ran.returncode == 1
    assert ran.stdout == "a? b? "
    assert ran.stderr.endswith("EOFError: the input has ended\n")


def test_the_document_has_what_code_printed_not_what_it_read(shell: Shell) -> None:
    ran = shell.run(
        "run", "--json", "-c", "import getpass; [input('a? '), getpass.getpass()]", stdin="x\ny\n"
    )
    found = json.loads(ran.stdout)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (found["stdout"], found["value"]) == ("a? Password: ", {"text/plain": "['x', 'y']"})


@pytest.mark.parametrize("redirection", ["</dev/null", "<&-", "<<< 'input()'"])
def test_with_nothing_to_read_it_raises_at_once(shell: Shell, redirection: str) -> None:
    code = "-" if "<<<" in redirection else "-c 'input()'"
    ran = subprocess.run(
        ["bash", "-c", f'exec "{COMMAND}" run {code} {redirection}'],
        env=shell.environment(),
        cwd=shell.folder,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert ran.returncode == 1
    assert "EOFError: input() has nobody to ask here" in ran.stderr


def test_nothing_is_read_before_it_is_asked_for(shell: Shell) -> None:
    script = f'"{COMMAND}" run -c "print(1)"; cat'
    ran = subprocess.run(
        ["bash", "-c", script],
        env=shell.environment(),
        cwd=shell.folder,
        input="kept\n",
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert ran.stdout == "1\nkept\n"


def test_a_signal_ends_the_wait_for_a_line(shell: Shell) -> None:
    with subprocess.Popen(
        [COMMAND, "run", "-c", "input('? ')"],
        env=shell.environment(),
        cwd=shell.folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        assert started.stdout is not None
        assert started.stdout.read(2) == "? "
        started.send_signal(signal.SIGINT)
        assert started.wait(LIMIT) == 130


def test_the_time_limit_ends_the_wait_for_a_line(shell: Shell) -> None:
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import subprocess, sys; sys.exit(subprocess.call([{str(COMMAND)!r}, 'run',"
            " '--timeout', '0.5', '-c', 'input()'], stdin=subprocess.PIPE))",
        ],
        env=shell.environment(),
        cwd=shell.folder,
        timeout=LIMIT,
    )
    assert ran.returncode == 124


def test_a_line_too_long_for_a_session_is_told(shell: Shell) -> None:
    ran = shell.run("run", "-c", "input()", stdin="x" * 2_000_001)
    assert ran.returncode == 1
    assert "workbench: A line of standard input has more than 2,000,000 characters" in ran.stderr
    ran = shell.run("run", "-c", "len(input())", stdin="\N{DIGIT ONE}" * 2_000_000)
    assert (ran.returncode, ran.stdout) == (0, "2000000\n")


def test_help_tells_who_answers(shell: Shell) -> None:
    words = " ".join(shell.run("run", "--help").stdout.split())
    assert "asks with input() and getpass() is answered from standard input" in words
