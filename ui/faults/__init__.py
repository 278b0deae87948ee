"""What goes wrong, in words: of a run, of a file, of the program itself."""
