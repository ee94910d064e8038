"""The keys of vi: a state machine over a small text interface, and what joins it to the editor."""
