"""Sessions over HTTP: both generations of the API, over any backend, behind one door."""
