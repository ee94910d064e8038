"""Sessions as notebooks, scripts and bundles, and back. Knows no screen."""
