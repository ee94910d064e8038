"""What the flags of `workbench serve` ask for, and whether they go together."""

from __future__ import annotations

from pathlib import Path

from backend.errors import UsageError
from backend.executor.isolation.levels import Level
from backend.records import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """What the flags ask for."""

    host: str
    port: int
    token_file: Path | None
    tls_cert: Path | None
    tls_key: Path | None
    max_sessions: int
    idle_timeout: float
    max_upload: int
    expose: bool
    insecure_no_token: bool
    verbose: bool
    record: bool

    @property
    def local(self) -> bool:
        """Whether only this machine can reach the address."""
        from backend.server.run import is_loopback

        return is_loopback(self.host)

    def check(self, isolation: str | None) -> None:
        """Raises UsageError for flags that do not go together, `isolation` being the flag of that name."""
        if (self.tls_cert is None) != (self.tls_key is None):
            missing = "--tls-key" if self.tls_key is None else "--tls-cert"
            raise UsageError(
                f"HTTPS needs a certificate and its key, and {missing} is missing.", "Give both."
            )
        if not self.local:
            if not self.expose:
                raise UsageError(
                    f"Others could reach {self.host}, and run code here as you with the token.",
                    "Leave --host out, or say that you want that with --expose.",
                )
            if self.insecure_no_token:
                raise UsageError(
                    "Without a token nothing is exposed.", "Leave out --insecure-no-token or --expose."
                )
        if self.insecure_no_token and isolation == Level.PROCESS:
            raise UsageError(
                "Without a token code runs confined at least, and --isolation asks for process.",
                "Leave out one of the two.",
            )


def least_level(profile: str) -> str:
    """The level for code that arrives over HTTP: confined, unless the profile asks for more."""
    return profile if profile == Level.SEALED else Level.CONFINED
