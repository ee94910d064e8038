"""What the wire cannot carry, as one error that both sides of it know how to tell."""

from __future__ import annotations

from backend.errors import TargetError

BAD_REQUEST = "InvalidRequest"
NO_PROPERTIES = "SessionPropertiesMissing"  # the service's own word for the wrong shape of a body
BAD_VERSION = "UnsupportedApiVersion"
NOT_FOUND = "NotFound"
NOT_ALLOWED = "MethodNotAllowed"


class WireError(TargetError):
    """Something that came over the wire, or is to go over it, cannot be read.

    `field` names it as the wire spells it (`properties.code`, `api-version`). A server answers with `status`
    and `code`; a client shows the message like that of any other TargetError.
    """

    title = "Not understood"

    def __init__(self, message: str, field: str = "", code: str = BAD_REQUEST, status: int = 400) -> None:
        super().__init__(message)
        self.field = field
        self.code = code
        self.status = status
