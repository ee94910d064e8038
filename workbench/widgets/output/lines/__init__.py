"""The lines of the output: raw text with a kind each, in blocks; without a screen."""
