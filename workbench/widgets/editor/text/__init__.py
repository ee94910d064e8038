"""The text of a buffer without a screen: documents, lines, brackets, words."""
