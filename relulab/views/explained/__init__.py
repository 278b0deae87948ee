"""Every number that is shown, explained: one sentence, its formula, the numbers put in, what is healthy."""
