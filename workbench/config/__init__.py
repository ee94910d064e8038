"""Config: where files live, what can be set, and settings loaded with every problem reported."""
