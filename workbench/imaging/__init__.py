"""Pictures as half blocks: each cell shows two pixels, the upper as `▀`, the lower as its background."""
