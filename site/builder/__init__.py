"""Makes, serves and tests the site. Standard library only: it starts on a bare Python 3.11."""
