"""Files to look at by windows: text and bytes."""
