"""What went wrong, as errors of the workbench: no connection, a refusal, an answer nobody can read."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator

import httpx

from backend.client.addresses import Kind, endpoint_command, recognise
from backend.client.claims import Claims
from backend.client.diagnosis import Seen, diagnose
from backend.client.endpoint import Endpoint
from backend.errors import AnswerLost, BadAnswer, NotAllowed, Refused, TargetError, Unreachable
from backend.wire import faults
from backend.wire.facts import Fault
from backend.wire.messages import HttpAnswer, header

SHOWN = 200  # characters of an answer in an error
GONE = frozenset({"sessionwithidentifiernotfound", "sessionnotfound"})
WRONG_SHAPE = "sessionpropertiesmissing"
ABOUT_FILES = "file"  # how codes begin that say what is wrong with one file, and not with us
_NO_ROOM = ("allocat", "no available", "no free", "capacity", "maximum number", "concurrent", "too many")
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


def safe(text: str, limit: int = SHOWN) -> str:
    """At most `limit` characters of a foreign text in one line, without control characters."""
    words = " ".join(text[: limit * 8].split())
    kept = "".join(letter if letter.isprintable() else "\ufffd" for letter in words)
    return kept if len(kept) <= limit else f"{kept[: limit - 1]}…"


def from_transport(
    error: httpx.HTTPError | httpx.InvalidURL, endpoint: Endpoint, hide: Callable[[str], str]
) -> TargetError:
    """A request without an answer: not sent, or sent with an unknown end. `hide` takes tokens out."""
    reason = hide(_reason(error))
    if isinstance(error, _NOT_SENT):
        return Unreachable(f"{endpoint.host} cannot be reached: {reason}.", _remedy(error, endpoint))
    if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol | httpx.InvalidURL):
        return Refused(f"The request cannot be sent: {reason}.")
    secure = endpoint.origin[0] == "https"
    hint = "" if secure or not isinstance(error, httpx.RemoteProtocolError) else "Does it speak https there?"
    return AnswerLost(f"{endpoint.host} sent no whole answer: {reason}.", hint)


def too_late(endpoint: Endpoint, seconds: float) -> AnswerLost:
    """No answer within a deadline."""
    return AnswerLost(f"{endpoint.host} gave no answer within {seconds:g} s.")


def unreadable(endpoint: Endpoint, status: int, reason: str, text: str = "") -> BadAnswer:
    """An answer that cannot be taken for one."""
    shown = f" It begins: {safe(text)}" if text.strip() else ""
    message = f"{endpoint.host} answered {status}, and the answer cannot be read: {safe(reason)}.{shown}"
    return BadAnswer(
        message, "Is the URL that of a target, and the API version one it speaks?", status=status
    )


def refusal(answer: HttpAnswer, endpoint: Endpoint, claims: Claims | None) -> TargetError:
    """An answer that is no success."""
    fault = faults.read(answer)
    if 300 <= answer.status < 400:
        return _redirect(answer, endpoint)
    said = _said(fault)
    if fault.code.lower().startswith(ABOUT_FILES):
        message = f"{endpoint.host} refused with {answer.status}{said}"
        return Refused(message, status=answer.status, code=fault.code)
    diagnosis = diagnose(Seen(endpoint.base, answer.status, fault.code, fault.message, claims))
    hint = " ".join(filter(None, (diagnosis.cause, diagnosis.remedy)))
    if answer.status in (401, 403):
        message = f"{endpoint.host} does not let us in ({answer.status}){said}"
        return NotAllowed(message, hint, status=answer.status, code=fault.code)
    verb = "answered" if answer.ok else "refused with"
    message = f"{endpoint.host} {verb} {answer.status}{' and an error' if answer.ok else ''}{said}"
    return Refused(message, hint, status=answer.status, code=fault.code, retry_after=fault.retry_after)


def _redirect(answer: HttpAnswer, endpoint: Endpoint) -> Refused:
    location = safe(header(answer.headers, "location"), 120) or "somewhere else"
    return Refused(
        f"{endpoint.host} answered {answer.status} and points to {location}, which is not followed.",
        "Check the URL: a target answers where it is.",
        status=answer.status,
    )


def _said(fault: Fault) -> str:
    code, message = safe(fault.code, 60), safe(fault.message)
    said = ": ".join(filter(None, (code, message if message != code else "")))
    return f": {said}" if said else " and no word."


def no_room(error: TargetError) -> bool:
    """Whether no session was free, so that nothing ran: 429, or the documented 404 that says so."""
    if not isinstance(error, Refused):
        return False
    text = f"{error.code} {error.message}".lower()
    return error.status == 429 or (error.status == 404 and any(word in text for word in _NO_ROOM))


def session_gone(error: TargetError) -> bool:
    """Whether the target says that it knows no such session."""
    return isinstance(error, Refused) and error.code.lower() in GONE


def wrong_shape(error: TargetError) -> bool:
    """Whether the target wants the body in the other generation's shape; nothing ran."""
    return isinstance(error, Refused) and error.status == 400 and error.code.lower() == WRONG_SHAPE


def outcome_unknown(error: TargetError) -> bool:
    """Whether code that was sent may have run all the same."""
    if isinstance(error, AnswerLost | BadAnswer):
        return True
    return isinstance(error, Refused) and (error.status >= 500 or error.status == 408)


def worth_repeating(error: TargetError) -> bool:
    """Whether a GET or DELETE may go well the next time."""
    return outcome_unknown(error) or (isinstance(error, Refused) and error.status == 429)


def _reason(error: Exception) -> str:
    """Why, in a few words; of a chain of errors the first one knows best."""
    for cause in _chain(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted ({safe(cause.verify_message, 80)})"
        if isinstance(cause, ssl.SSLError):
            return "it speaks no TLS as expected"
        if isinstance(cause, socket.gaierror):
            return "no machine of that name is known"
    if isinstance(error, httpx.PoolTimeout):
        return "too many requests are under way"
    if isinstance(error, httpx.TimeoutException):
        return "it took too long"
    if isinstance(error, httpx.NetworkError) and not str(error):
        return "the connection broke off"
    return safe(str(error), 120).rstrip(".") or type(error).__name__


def _remedy(error: Exception, endpoint: Endpoint) -> str:
    chain = list(_chain(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in chain):
        if endpoint.loopback:
            return "Name its certificate with SSL_CERT_FILE."
        return "If a proxy is in between, name its certificates with SSL_CERT_FILE."
    if endpoint.loopback:
        if any(isinstance(cause, ssl.SSLError) for cause in chain):
            return f"If it has no certificate, use http{endpoint.base.removeprefix('https')}"
        return "Does it run, on this port?"
    if endpoint.kind is Kind.POOL and any(isinstance(cause, socket.gaierror) for cause in chain):
        pool = recognise(endpoint.base).pool
        return f"Is the region right, and is there a network? The URL is told by: {endpoint_command(pool)}"
    return "Check the URL and the network, and HTTPS_PROXY if there is a proxy."


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and those that led to it."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
