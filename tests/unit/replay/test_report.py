"""A replay as JSON and Markdown."""

from __future__ import annotations

from backend.models import Status
from tests.unit.replay.making import entry
from workbench.replay import report
from workbench.replay.compare import Comparison, Verdict, compare
from workbench.replay.result import Replay, Side, counted, summary
from workbench.replay.rules import Rules


def replay() -> Replay:
    pairs = ((entry("a", "1\n"), entry("a", "1\n")), (entry("`b`|", "``` 1 | x\n"), entry("b", "2\n")))
    done = [compare(before, after, Rules()) for before, after in pairs]
    done.append(compare(entry("c"), entry("c", status=Status.LOST, message="Gone [x](y)."), Rules()))
    done.append(Comparison(entry("d"), None, Verdict.SKIPPED, reason="The target failed before."))
    return Replay(Side("local", "", "one"), Side("pool", "2025-10-02-preview", "two"), tuple(done), Rules())


def test_the_document_of_the_contract() -> None:
    told = report.as_json([replay()])
    assert {key: told[key] for key in ("equal", "differs", "failed", "skipped")} == {
        "equal": 1,
        "differs": 1,
        "failed": 1,
        "skipped": 1,
    }
    first, second, third, fourth = told["executions"]
    assert (first["outcome"], first["differences"]) == ("equal", [])
    assert first["before"]["code"] == "a"
    assert second["differences"][0]["aspect"] == "stdout"
    assert second["differences"][0]["diff"] == ["@@ -1,1 +1,1 @@", "- ``` 1 | x", "+ 2"]
    assert (third["outcome"], third["reason"]) == ("failed", "Gone [x](y).")
    assert (fourth["after"], fourth["outcome"]) == (None, "skipped")
    assert "address" in {rule["name"] for rule in told["rules"]}


def test_markdown_is_not_broken_by_what_it_tells() -> None:
    page = report.markdown([replay()])
    assert "**1 equal, 1 differs, 1 failed, 1 not run**" in page
    assert "one at local → two at pool (2025-10-02-preview)" in page
    assert "````diff" in page
    assert "Gone \\[x\\](y)." in page
    rows = [line for line in page.splitlines() if line.startswith("| [")]
    assert len(rows) == 4
    assert all(row.replace("\\|", "").count("|") == 6 for row in rows)


def test_code_is_fenced_by_more_than_its_longest_run_of_backticks() -> None:
    differs = compare(entry("x", value="'`a` ``b``'"), entry("x", value="2"), Rules())
    page = report.markdown([Replay(Side("a", "", "b"), Side("a", "", "c"), (differs,), Rules())])
    assert "value: ``` '`a` ``b``' ``` → `2`" in page


def test_markdown_has_no_controls() -> None:
    bad = compare(entry("x", "\x1b]0;owned\x07"), entry("x", "2"), Rules())
    page = report.markdown([Replay(Side("a", "", "b"), Side("a", "", "c"), (bad,), Rules())])
    assert not {"\x1b", "\x07"} & set(page)


def test_nothing_is_said_of_nothing() -> None:
    assert summary([]) == "nothing to run"


def test_outcomes_are_counted_as_one_says_it() -> None:
    one, two = [Verdict.DIFFERS], [Verdict.DIFFERS, Verdict.SKIPPED, Verdict.EQUAL, Verdict.DIFFERS]
    assert counted(one) == "1 differs"
    assert counted(two) == "1 equal, 2 differ, 1 not run"
