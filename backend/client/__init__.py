"""Remote sessions: the port over HTTP, in either generation of the wire."""
