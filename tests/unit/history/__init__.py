"""Tests of the history store: real SQLite files, real processes, real damage."""
