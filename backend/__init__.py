"""Sessions that run code: the words, the port, and the local executor behind it."""
