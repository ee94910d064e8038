"""Tests of workbench.web."""
