"""Many networks at once: how they ended in words, counts and colours, and what that means for all starts."""
