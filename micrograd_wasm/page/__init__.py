"""What the site's pages ask for."""
