"""All keys on one screen, where they can be changed."""
