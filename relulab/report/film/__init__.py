"""A run as a film: its figures at the moments whose weights it kept, one after the other."""
