"""What each rebuilt detector is shown, and which of its conditions has to fire."""
