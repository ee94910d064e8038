"""Mistaken URLs, tokens and roles, each explained in a sentence with the command that mends it."""

from __future__ import annotations

import asyncio
import shlex
import time
from dataclasses import replace
from urllib.parse import quote

import pytest

from backend.client.addresses import Kind, recognise
from backend.client.claims import Claims, read_claims
from backend.client.diagnosis import ROLE, Diagnosis, Seen, diagnose, role_command
from backend.client.doctor import examine, until_allowed
from backend.client.endpoint import Endpoint
from backend.errors import UsageError
from backend.models import Target
from tests.unit.client.conftest import FAST, Tokens
from tests.unit.client.scripted import Scripted, answer, body, refusal
from tests.unit.client.test_auth import jwt

POOL = "https://westus2.dynamicsessions.io/subscriptions/SUB/resourceGroups/RG/sessionPools/P"
CUSTOM = "https://pool.happyhill-1.westus2.azurecontainerapps.io"
GOOD = Claims("https://dynamicsessions.io", "OID", "TID", 4e9, "user")


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (POOL, Kind.POOL),
        (f"{POOL}/", Kind.POOL),
        (CUSTOM, Kind.CUSTOM),
        ("http://localhost:6000", Kind.LOCAL),
        ("http://[::1]:6000/", Kind.LOCAL),
        ("https://gateway.example/sessions", Kind.OTHER),
        ("http://10.0.0.7:6000", Kind.OTHER),
    ],
)
def test_a_good_url_is_recognised(url: str, kind: Kind) -> None:
    found = recognise(url)
    assert (found.kind, found.mistake) == (kind, "")
    assert Endpoint.parse(url).base == url.rstrip("/")


ARM = (
    "https://management.azure.com/subscriptions/SUB/resourceGroups/RG/providers/Microsoft.App/sessionPools/P"
)


@pytest.mark.parametrize(
    ("url", "said", "remedy", "fatal"),
    [
        (ARM, "resource manager", "sessionpool show --name P --resource-group RG --subscription SUB", True),
        (
            ARM.removeprefix("https://management.azure.com"),
            "resource id",
            "sessionpool show --name P --resource-group RG --subscription SUB",
            True,
        ),
        (ARM.removeprefix("https://management.azure.com/"), "resource id", "show --name P", True),
        (
            "https://ms.portal.azure.com/#view/x/id/"
            + quote(ARM.removeprefix("https://management.azure.com"), ""),
            "portal",
            "show --name P --resource-group RG",
            True,
        ),
        (POOL.replace("westus2.", ""), "lacks the region", "show --name P", True),
        (POOL.replace("westus2", "REGION"), "lacks the region", "show --name P", True),
        (POOL.replace("westus2", "<region>"), "<region> in it", "sessionpool show", True),
        (POOL.replace("SUB", "%7BsubscriptionId%7D"), "{subscriptionId} in it", "sessionpool show", True),
        (POOL.replace("westus2", "west us 2"), "no host", "https://REGION", True),
        ("https://portal.azure.com/#@t/resource/subscriptions/S/x", "portal", "sessionpool show", True),
        ("https://westus2.dynamicsessions.io", "ends with the region", "sessionpool show", False),
        (
            "https://w.dynamicsessions.io/subscriptions/SUB",
            "lacks resourceGroups",
            "sessionpool",
            False,
        ),
        (POOL.replace("https", "http"), "https alone", POOL, True),
        (CUSTOM.replace("https", "http"), "https alone", CUSTOM, True),
        (f"{POOL}/code/execute", "names a call", f"Use {POOL}", True),
        (f"{POOL}/executions?api-version=1", "names a call", f"Use {POOL}", True),
        ("http://localhost:6000/files/content/a.txt", "names a call", "Use http://localhost:6000", True),
        (f"{POOL}?api-version=2024-02-02-preview", "no ?", f"Use {POOL}", True),
        (f"{CUSTOM}/some/path", "no path", f"Use {CUSTOM}", False),
        (POOL.replace("/sessionPools", "/providers/Microsoft.App/sessionPools"), "provider", POOL, False),
        (f"{POOL}/extra", "does not end with the pool", f"Use {POOL}", False),
        ("localhost:6000", "does not begin with", "Use http://localhost:6000", True),
        (POOL.removeprefix("https://"), "does not begin with", f"Use {POOL}", True),
        ("ftp://x", "does not begin with", "http://localhost:6000", True),
        ("", "does not begin with", "http://localhost:6000", True),
        ("https://[", "cannot be read", "http://localhost:6000", True),
        ("https://h:99999", "cannot be read", "http://localhost:6000", True),
        ("https://user:secret@h.example", "user name or a password", "auth in the profile", True),
    ],
)
def test_a_mistaken_url_is_explained(url: str, said: str, remedy: str, fatal: bool) -> None:
    found = recognise(url)
    assert said in found.mistake
    assert remedy in found.remedy
    assert found.fatal is fatal
    if fatal:
        with pytest.raises(UsageError, match=r"\w"):
            Endpoint.parse(url)


def test_claims_are_read_without_looking_at_the_signature() -> None:
    token = jwt(aud="https://dynamicsessions.io/", oid="o", tid="t", exp=5, scp="x", upn="me\x1b@x")
    assert read_claims(token) == Claims("https://dynamicsessions.io/", "o", "t", 5.0, "user", "me@x")
    assert read_claims(jwt(aud=["a", "b"], idtyp="app", exp=True)) == Claims("a", kind="app")


@pytest.mark.parametrize("token", ["", "a", "a.b.c", "a.e30", "..", "a.bnVsbA.c", f"a.{'W1' * 9}.c", "é.é.é"])
def test_any_other_token_has_no_claims(token: str) -> None:
    assert read_claims(token) is None


@pytest.mark.parametrize(
    ("seen", "cause", "command"),
    [
        (
            Seen(POOL, 403, claims=replace(GOOD, audience="https://management.azure.com")),
            "meant for",
            "get-access",
        ),
        (Seen(POOL, 401, claims=replace(GOOD, audience="https://acasessions.io")), "meant for", "get-access"),
        (Seen(POOL, 401, claims=replace(GOOD, expires_at=940.0)), "ended 1 min ago", "get-access-token"),
        (Seen(POOL, 401), "No readable token", "get-access-token"),
        (Seen(POOL, 401, claims=GOOD), "another tenant", "az login"),
        (Seen(POOL, 403, claims=GOOD), ROLE, "role assignment create"),
        (Seen(CUSTOM, 403), ROLE, "sessionpool show"),
        (Seen(POOL, 404), "no such pool in this region", "sessionpool show --name P"),
        (Seen(POOL, 400, "DynamicApisNotAllowed"), "host of its own", "sessionpool show --name P"),
        (Seen("https://westus2.dynamicsessions.io", 404), "ends with the region", ""),
        (Seen("http://localhost:6000", 401), "a token that it knows", ""),
        (Seen(POOL, 413), "128 MB", ""),
        (Seen(POOL, 500), "", ""),
    ],
)
def test_a_refusal_has_a_likely_cause_and_a_command(seen: Seen, cause: str, command: str) -> None:
    found = diagnose(seen, now=1000.0)
    assert cause in found.cause
    assert command in found.command
    assert (found.waiting_helps) is (seen.status == 403 and "meant" not in found.cause)


def test_the_command_for_a_role_is_ready_to_copy_whatever_the_url_holds() -> None:
    evil = recognise(POOL.replace("RG", "R'G;$(id)")).pool
    words = shlex.split(role_command(evil, GOOD))
    assert words[words.index("--role") + 1] == ROLE
    assert words[words.index("--assignee-object-id") + 1] == "OID"
    scope = words[words.index("--scope") + 1]
    assert scope == "/subscriptions/SUB/resourceGroups/R'G;$(id)/providers/Microsoft.App/sessionPools/P"
    assert "ServicePrincipal" in role_command(evil, replace(GOOD, kind="app"))


# -- examined over sockets


def target(url: str, version: str = "2025-10-02-preview") -> Target:
    return Target("t", "remote", url, api_version=version)


async def test_a_target_that_is_well(server: Scripted) -> None:
    server.on("GET /metadata", answer({"runtimes": []}))
    token = jwt(aud="https://dynamicsessions.io", oid="OID", exp=time.time() + 3600)
    found = await examine(target(server.url), FAST, Tokens(token))
    assert found.well
    assert [step.what for step in found.steps] == ["url", "token", "target"]
    assert "object OID, ends in 60 min" in found.steps[1].text
    assert {request.path for request in server.requests} == {"/metadata"}
    assert "identifier" not in server.requests[0].query


async def test_an_old_container_is_asked_for_its_health(server: Scripted) -> None:
    server.on("GET /health", answer({"message": "healthy"}))
    found = await examine(target(server.url, "2024-02-02-preview"), FAST)
    assert found.well
    assert [request.path for request in server.requests] == ["/metadata", "/health"]


@pytest.mark.parametrize(
    ("url", "what"), [(ARM, "url"), ("http://10.0.0.7:6000", "url"), ("http://127.0.0.1:1", "target")]
)
async def test_what_cannot_be_used_ends_at_the_first_thing_wrong(url: str, what: str) -> None:
    found = await examine(target(url), FAST, Tokens("a-token"))
    assert not found.well
    assert found.steps[-1].what == what
    assert found.steps[-1].text
    assert found.steps[-1].remedy


async def test_a_missing_token_is_told(server: Scripted) -> None:
    found = await examine(replace(target(server.url), auth="env:NO_SUCH_TOKEN_HERE"), FAST)
    assert [(step.what, step.well) for step in found.steps] == [("url", True), ("token", False)]
    assert not server.requests


async def test_a_refusal_is_told_with_its_status(server: Scripted) -> None:
    server.on("GET /metadata", body(b"", 403))
    found = await examine(target(server.url), FAST)
    assert (found.well, found.status) == (False, 403)


async def test_waiting_until_we_are_let_in_tries_again_with_a_new_token(
    server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A role is given at the service alone, so the diagnosis is that of the service."""
    late = Diagnosis("The role is not in force yet.", waiting_helps=True)
    monkeypatch.setattr("backend.client.doctor.diagnose", lambda seen: late)
    server.on("GET /metadata", body(b"", 403), body(b"", 403), answer({}))
    source = Tokens("a-token", "b-token", "c-token")
    attempts = [
        attempt
        async for attempt in until_allowed(
            target(server.url), FAST, source, first_wait=0.01, longest_wait=0.012
        )
    ]
    assert [attempt.allowed for attempt in attempts] == [False, False, True]
    assert [attempt.seconds for attempt in attempts] == [0.01, 0.012, 0.0]
    tokens = [request.headers["authorization"] for request in server.requests]
    assert tokens == ["Bearer a-token", "Bearer b-token", "Bearer c-token"]


async def test_what_waiting_does_not_help_is_tried_once(server: Scripted) -> None:
    server.on("GET /metadata", refusal(401))
    attempts = [attempt async for attempt in until_allowed(target(server.url), FAST)]
    assert [(attempt.allowed, attempt.seconds) for attempt in attempts] == [(False, 0.0)]


async def test_waiting_can_be_cancelled(server: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    server.on("GET /metadata", body(b"", 403))
    late = Diagnosis("The role is not in force yet.", waiting_helps=True)
    monkeypatch.setattr("backend.client.doctor.diagnose", lambda seen: late)
    first = asyncio.Event()

    async def wait() -> None:
        async for _ in until_allowed(target(server.url), FAST, first_wait=60):
            first.set()

    waiting = asyncio.create_task(wait())
    await first.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
