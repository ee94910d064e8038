"""The search over all that was ever run: query, hits, preview, and what can be done with a hit."""
