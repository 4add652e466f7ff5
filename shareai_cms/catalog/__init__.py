"""Products, pages and images behind one protocol: reading facts, writing changes, and taking them back."""
