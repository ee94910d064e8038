"""A request as a curl command for a POSIX shell, to run, to share, to put into a report."""

from __future__ import annotations

import shlex

from backend.wire.client_side import ClientSide
from backend.wire.facts import Execute
from backend.wire.messages import HttpRequest
from backend.wire.problems import WireError
from backend.wire.versions import NEWEST, ApiVersion, Call

LOCAL = "http://localhost:6000"
FETCHED = "$(az account get-access-token --resource https://dynamicsessions.io --query accessToken -o tsv)"
_ARGUMENT = 100_000  # bytes: Linux takes 131,072 in one argument, and quoting makes it longer
_OWN = ("operation-id",)  # headers that name one run; a command may run again
_BREAK = " \\\n  "


def execution(
    code: str,
    session: str,
    *,
    version: ApiVersion = NEWEST,
    base: str = LOCAL,
    timeout: float | None = None,
    asynchronous: bool = False,
    token: str | None = None,
) -> str:
    """The command that runs `code` in a session, with a time limit in seconds; see `command`."""
    asked = Execute(code, session, timeout=timeout, asynchronous=asynchronous)
    return command(ClientSide(version).execute(asked), base, token=token)


def command(request: HttpRequest, base: str = LOCAL, *, local: str = "", token: str | None = None) -> str:
    """The command that sends any request of a ClientSide. Raises WireError for a `base` that is no URL.

    `local` is the file on this machine that an upload reads or a download writes; without, it is in the
    current directory under the name it has in the session. `token` is what the shell makes a bearer token of
    when the command runs, such as `$TOKEN`, and empty for none; by default https gets that of Azure's own
    program, and http none.
    """
    scheme = base.partition("://")[0].lower()
    if scheme not in ("http", "https") or "://" not in base:
        raise WireError(f"{base[:80]!r} is no URL of http or https.", "url")
    parts = [f"curl -X {request.method} {shlex.quote(request.url(base))}"]
    if token is None:
        token = FETCHED if scheme == "https" else ""
    if token:
        parts.append(f'-H "Authorization: Bearer {token}"')
    for name, value in request.headers.items():
        if name.lower() not in _OWN:
            parts.append(f"-H {shlex.quote(f'{name}: {value}')}")
    if request.call is Call.UPLOAD:
        parts.append(f"-F {shlex.quote(_form(local or request.file, request.file))}")
    if request.call is Call.DOWNLOAD:
        parts.append(f"--fail --output {shlex.quote(_here(local or request.file))}")
    return _BREAK.join([*parts, *_data(request.body)])


def _data(body: bytes) -> list[str]:
    if not body:
        return []
    text = body.decode("ascii")  # JSON, on one line
    if len(shlex.quote(text)) <= _ARGUMENT:
        return [f"--data-raw {shlex.quote(text)}"]
    return [f"--data-binary @- <<'END'\n{text}\nEND"]


def _form(local: str, name: str) -> str:
    """The value of -F, whose own quotes keep `;`, `,` and spaces in names together."""
    return f"file=@{_quoted(_here(local))};filename={_quoted(name)}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _here(name: str) -> str:
    """The file name so that neither option nor standard input is meant by it."""
    return f"./{name}" if name.startswith("-") else name
