"""Tests of the output pane without a screen."""
