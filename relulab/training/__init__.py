"""The loop that learns, the thread that it runs in, and what it tells."""
