"""Tests of the theme files: every shipped colour, and every way a file can be wrong."""
