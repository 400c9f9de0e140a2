"""How things show themselves: text in a terminal, HTML and SVG in a notebook."""
