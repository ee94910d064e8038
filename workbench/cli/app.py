"""`workbench [FILE…]`: the app."""
import click
@click.command("app")
def command() -> int:
    """x"""
    return 0
