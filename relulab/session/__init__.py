"""What runs leave behind: histories in memory and in files."""
