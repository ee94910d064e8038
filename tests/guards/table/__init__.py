"""All guards, by what they are against."""

from __future__ import annotations

from tests.guards.table import (
    asking,
    bombs,
    channel,
    confined,
    deaths,
    files,
    floods,
    hostile,
    late,
    process,
    raising,
    references,
    screen,
    sealed,
    stopping,
    streams,
    values,
)

GUARDS = (
    *deaths.GUARDS,
    *stopping.GUARDS,
    *bombs.GUARDS,
    *floods.GUARDS,
    *streams.GUARDS,
    *late.GUARDS,
    *values.GUARDS,
    *screen.GUARDS,
    *hostile.GUARDS,
    *raising.GUARDS,
    *asking.GUARDS,
    *references.GUARDS,
    *channel.GUARDS,
    *process.GUARDS,
    *confined.GUARDS,
    *sealed.GUARDS,
    *files.GUARDS,
)
