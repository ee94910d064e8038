"""Tests of the settings: files in a temporary directory, an environment of their own."""
