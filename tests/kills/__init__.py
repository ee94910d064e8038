"""Processes that write history, killed at random moments: `python -m tests.kills [KILLS] [SEED]`."""
