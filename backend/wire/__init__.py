"""The formats of the service, pure: what a client encodes a server decodes."""
