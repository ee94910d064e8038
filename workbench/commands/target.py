"""Commands for targets, their sessions, and what goes over the wire."""

from __future__ import annotations

from workbench.commands.command import Command, app_command

TARGET: tuple[Command, ...] = (
    app_command(
        "target.switch",
        "Switch target",
        "alt+t",
        "Go on at another target of the configuration; what runs at this one goes on.",
        "switch_target",
        "Target",
    ),
    app_command(
        "target.connect",
        "Connect to a target",
        "alt+c",
        "Name a pool, a container or a workbench that serves by its URL, test it, keep it as a profile.",
        "connect",
        "Target",
    ),
    app_command(
        "target.track-files",
        "Tell which files executions change",
        "",
        "Lists the files of a remote session before and after executions, or ends that; it keeps them alive.",
        "track_files",
        "Target",
    ),
    app_command(
        "target.exchanges",
        "Show exchanges of the session",
        "alt+x",
        "What went over the wire for this session beside its executions: files, state, lists.",
        "session_exchanges",
        "Target",
    ),
)

REBUILD = app_command(
    "session.rebuild",
    "Rebuild session",
    "alt+v",
    "Run what this session has lost with its variables again, step by step.",
    "rebuild_session",
    "Session",
)

SESSION: tuple[Command, ...] = (
    app_command(
        "session.list",
        "Show sessions",
        "alt+l",
        "The sessions of this target with state and age; switch to one, end one, make a new one.",
        "sessions",
        "Session",
    ),
    app_command(
        "session.switch",
        "Switch session",
        "",
        "Go on in another session; the one left keeps its variables and files.",
        "switch_session",
        "Session",
    ),
    app_command(
        "session.new",
        "New session",
        "",
        "Go on in a new session with a random identifier of 32 letters and digits.",
        "new_session",
        "Session",
    ),
    app_command(
        "session.restart",
        "Restart session",
        "",
        "End the session and begin it anew: variables go; the files of a local one stay.",
        "restart_session",
        "Session",
    ),
    app_command(
        "session.end",
        "End session",
        "",
        "End this session at its target; asks first, and names what is lost.",
        "end_session",
        "Session",
    ),
    app_command(
        "session.replay",
        "Replay session",
        "",
        "Run what ran in this session again at any target, and compare what comes of it.",
        "replay_session",
        "Session",
    ),
    app_command(
        "session.push",
        "Push session to a target",
        "",
        "Run this session again at another target, files first, and go on there.",
        "push_session",
        "Session",
    ),
    REBUILD,
    app_command(
        "session.go-on-empty",
        "Go on without what was lost",
        "",
        "Close the banner that tells of a loss; nothing runs again.",
        "go_on_empty",
        "Session",
    ),
)
