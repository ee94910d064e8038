"""One origin, beyond which nothing goes."""

from __future__ import annotations

import pytest

from backend.client.endpoint import Endpoint, Place

BASE = "https://h.example/a/b"


@pytest.mark.parametrize(
    ("location", "same"),
    [
        ("/x", True),
        ("x?y", True),
        ("", True),
        ("https://h.example/x", True),
        ("HTTPS://H.Example:443/x", True),
        ("http://h.example/x", False),
        ("https://h.example:444/x", False),
        ("https://h.example.evil.example/x", False),
        ("https://h.example@evil.example/x", False),
        ("//evil.example/x", False),
        ("https://[", False),
        ("https://h.example:x/", False),
    ],
)
def test_an_origin_is_scheme_host_and_port(location: str, same: bool) -> None:
    assert Endpoint.parse(BASE).same_origin(location) is same


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ("/executions/1?x=y", Place("/executions/1", {"x": "y"})),
        ("executions/1", Place("/executions/1", {})),
        ("/a/b/executions/1", Place("/executions/1", {})),
        ("/A/B/executions/1", Place("/executions/1", {})),
        (f"{BASE}/executions/1", Place("/executions/1", {})),
        ("https://h.example/executions/1", None),
        ("https://evil.example/a/b/executions/1", None),
        ("", None),
    ],
)
def test_a_link_leads_below_the_base_or_nowhere(location: str, place: Place | None) -> None:
    assert Endpoint.parse(BASE).below(location) == place


@pytest.mark.parametrize(
    ("url", "secure", "loopback"),
    [
        ("https://h.example", True, False),
        ("http://h.example", False, False),
        ("http://localhost:6000", True, True),
        ("http://127.0.0.1", True, True),
        ("http://[::1]:6000", True, True),
        ("http://127.0.0.1.evil.example", False, False),
        ("http://localhost.evil.example", False, False),
    ],
)
def test_a_token_may_go_over_https_or_stay_on_this_machine(url: str, secure: bool, loopback: bool) -> None:
    endpoint = Endpoint.parse(url)
    assert (endpoint.secure, endpoint.loopback) == (secure, loopback)
