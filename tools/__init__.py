"""What dev.py is made of: the standard library only, as nothing is installed yet."""
