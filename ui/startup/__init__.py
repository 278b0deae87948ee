"""From a command or a double click to a window: the first lines that run, and what is said where no window can open."""
