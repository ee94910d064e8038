"""The command line's entry: which command is meant."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import click

from backend.executor.isolation.levels import WARNING
from workbench import __version__
from workbench.cli import codes
from workbench.cli.reporting import fail, report

COMMANDS = {
    "run": "Run code without the screen.",
    "history": "Search and show what was run.",
    "replay": "Run past executions again and compare.",
    "export": "Write a session as notebook, script or bundle.",
    "import": "Make a session of a notebook, script or bundle.",
    "files": "List, fetch, send and delete session files.",
    "serve": "Serve local sessions over HTTP, as the API.",
    "web": "Open the app in a browser.",
    "doctor": "Check config, interpreter, isolation, terminal and target.",
}
_APP = "app"
_MODULES = {"import": "importing"}  # the others are called as their command


class Workbench(click.Group):
    """`workbench [FILE…]` is the app; a first word that names a command is that command.

    Commands are imported when they are used: `workbench --version` needs none of them.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert the app's own command where no other is named."""
        if not args or args[0] not in (*COMMANDS, "--help", "-h", "--version"):
            args = [_APP, *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands that help lists."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in (*COMMANDS, _APP):
            return None
        command: click.Command = importlib.import_module(
            f"workbench.cli.{_MODULES.get(cmd_name, cmd_name)}"
        ).command
        return command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The app's own options, and the list of commands without importing them."""
        app = self.get_command(ctx, _APP)
        assert app is not None
        own = [*self.get_params(ctx), *app.get_params(ctx)]
        records = {record[0]: record for param in own if (record := param.get_help_record(ctx)) is not None}
        with formatter.section("Options"):
            formatter.write_dl(list(records.values()))
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Both ways to call it."""
        formatter.write_usage("workbench", "[OPTIONS] [FILE]...")
        formatter.write_usage("workbench", "COMMAND [OPTIONS] ...", prefix="       ")


@click.group(
    cls=Workbench,
    epilog=WARNING,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="workbench")
def workbench() -> None:
    """A terminal workbench for code-interpreter sessions.

    Without a command it opens the app: write code, F5 runs it, F8 stops it, F1 shows all keys.

    \b
    Examples:
      workbench                        open the app in a local session
      workbench analysis.py            open a file in it
      workbench run -c 'print(6 * 7)'  run code and print what it prints
      workbench history groupby        find what was run
      workbench files get plot.png     fetch a file of the session
      workbench serve                  let tools and agents use local sessions over HTTP

    Exit codes: 0 success, 1 the code failed or something is wrong with a file, 2 usage or configuration,
    3 target unreachable, refused or lost, 124 timed out, 130 interrupted.
    """


def run(arguments: Sequence[str]) -> int:
    """Run the command line; the exit code of the contract."""

    def parsed() -> object:
        try:
            return workbench.main(args=list(arguments), prog_name="workbench", standalone_mode=False)
        except click.UsageError as error:
            return fail(error.format_message(), _usage_hint(error), codes.USAGE)
        except click.Abort:
            return codes.INTERRUPTED

    return report(parsed)


def _usage_hint(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx is not None else "workbench"
    return f"See {path.removesuffix(' ' + _APP)} --help."
