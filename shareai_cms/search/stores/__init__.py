"""Where vectors and keywords are scanned: the database is the truth, a store is made from it and may be lost."""
