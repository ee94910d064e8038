"""What a bearer token says of itself, for explanations alone: nothing is verified, no signature looked at."""

from __future__ import annotations

import base64
import json
from typing import Any

from backend.records import dataclass

AUDIENCE = "https://dynamicsessions.io"
_LONGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Claims:
    """Who a token is for and about. `expires_at` is in seconds since the epoch.

    `kind` is `user`, `app` or empty; `tenant` and `object_id` are GUIDs.
    """

    audience: str = ""
    object_id: str = ""
    tenant: str = ""
    expires_at: float | None = None
    kind: str = ""
    name: str = ""

    @property
    def right_audience(self) -> bool:
        """Whether it is meant for the service."""
        return self.audience.rstrip("/").lower() == AUDIENCE


def read_claims(token: str) -> Claims | None:
    """The claims of a JWT; None for any other token."""
    parts = token.split(".")
    if len(parts) != 3 or len(token) > _LONGEST:
        return None
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        tree = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        return None
    return _claims(tree) if isinstance(tree, dict) else None


def _claims(tree: dict[str, Any]) -> Claims:
    audience = tree.get("aud")
    if isinstance(audience, list):
        audience = next((one for one in audience if isinstance(one, str)), "")
    expires = tree.get("exp")
    kind = _text(tree.get("idtyp"))
    if not kind:
        kind = "user" if _text(tree.get("scp")) else "app" if _text(tree.get("appid")) else ""
    return Claims(
        audience=_text(audience),
        object_id=_text(tree.get("oid")),
        tenant=_text(tree.get("tid")),
        expires_at=float(expires)
        if isinstance(expires, int | float) and not isinstance(expires, bool) and abs(expires) < 1e12
        else None,
        kind=kind,
        name=_text(tree.get("upn")) or _text(tree.get("unique_name")) or _text(tree.get("app_displayname")),
    )


def _text(value: Any) -> str:
    return "".join(letter for letter in value if letter.isprintable())[:200] if isinstance(value, str) else ""
