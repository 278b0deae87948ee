"""Many networks trained as one: what happens by luck and what always happens shows only in many runs."""
