"""The scalar engine: Values, the reverse pass, networks, and the graph as rows."""
