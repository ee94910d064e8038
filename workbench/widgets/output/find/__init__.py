"""Finding text in the output: the search over all lines, and the line in which it is asked for."""
