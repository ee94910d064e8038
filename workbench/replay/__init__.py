"""Runs past executions again at a target, compares what came of them, and tells it. Knows no screen."""
