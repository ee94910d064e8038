"""Who may come in: the browser that used the link, and nobody else.

Whoever reaches the page types into a shell of this user. So the link works once; what it leaves in the
browser is a cookie that only pages of the same address send; and requests under names that are not of this
machine are refused, which keeps out names that are rebound to 127.0.0.1.
"""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
"""Hosts under which the page is reached; the port may be that of a tunnel."""
PARAMETER = "token"

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Door:
    """Lets in who brings `token` first, and from then on who has the cookie it was changed for."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(32)
        self._cookie = secrets.token_urlsafe(32)
        self._name = f"workbench-{secrets.token_hex(4)}"  # cookies of a host are those of all its ports
        self._used = False

    def middleware(self) -> Middleware:
        """What aiohttp calls around every request."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._guard(request, handler)

        return guard

    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not _is_here(request.host) or not _is_own(request):
            return _refusal("This page is opened at its own address only.")
        if request.path == "/" and PARAMETER in request.query:
            return self._enter(request)
        if not self._knows(request):
            return _refusal("This page is opened with the link that `workbench web` printed.")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    def _knows(self, request: web.Request) -> bool:
        shown = request.cookies.get(self._name, "")
        return hmac.compare_digest(shown.encode(), self._cookie.encode())

    def _enter(self, request: web.Request) -> web.StreamResponse:
        """Change the token for a cookie, and take it out of the address bar."""
        right = hmac.compare_digest(request.query[PARAMETER].encode(), self.token.encode())
        if not self._knows(request):
            if not right:
                return _refusal("This link is not right. Open the one that `workbench web` printed.")
            if self._used:
                return _refusal("This link was used. Start `workbench web` again for a new one.")
            self._used = True
        response = web.Response(status=303, headers={**_HEADERS, "Location": "/"})
        response.set_cookie(self._name, self._cookie, httponly=True, samesite="Strict", path="/")
        return response


def _is_here(host: str) -> bool:
    """Whether a Host header names this machine by a loopback name."""
    try:
        return urlsplit(f"//{host}").hostname in NAMES
    except ValueError:
        return False


def _is_own(request: web.Request) -> bool:
    """Whether a request comes from the page itself: WebSockets are not bound by the same-origin policy."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.path != "/ws"
    return origin in (f"http://{request.host}", f"https://{request.host}")


def _refusal(text: str) -> web.Response:
    return web.Response(status=403, text=text + "\n", headers=_HEADERS)
