"""What the window needs of the system: settings, log, translations, threads and child processes."""
