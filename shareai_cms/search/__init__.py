"""Search by meaning and by keywords, over whatever a site declares."""
