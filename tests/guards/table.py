"""All guards."""

from __future__ import annotations

from tests.guards import abuse, deaths, levels, output, screen, stopping

GUARDS = (
    *deaths.GUARDS,
    *stopping.GUARDS,
    *output.GUARDS,
    *screen.GUARDS,
    *abuse.GUARDS,
    *levels.GUARDS,
)
