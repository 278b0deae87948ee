"""Tables as people have them: what was understood of a file, why, how surely, and what has to be asked."""
