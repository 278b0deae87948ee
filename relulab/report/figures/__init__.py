"""Pictures of runs for reports and files, drawn by matplotlib; the live panels have their own in the window."""
