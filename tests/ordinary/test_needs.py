"""Where everything was provided a lack is a failure, elsewhere a skip with its reason."""

from __future__ import annotations

import pytest

from tests.ordinary import needs


def test_a_lack_is_a_skip_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(needs.COMPLETE, raising=False)
    with pytest.raises(pytest.skip.Exception, match="no moon"):
        needs.lack("no moon")


def test_a_lack_is_a_failure_where_all_was_provided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(needs.COMPLETE, "1")
    with pytest.raises(pytest.fail.Exception, match="no moon"):
        needs.lack("no moon")


def test_what_was_provided_is_there() -> None:
    needs.needs_ordinary_user()
    needs.needs_namespaces()
    needs.needs_bubblewrap()
