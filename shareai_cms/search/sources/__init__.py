"""What can be found: each source reads one kind of object."""
