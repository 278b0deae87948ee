"""One file per panel; a panel gets data and emits intents, and knows no other panel."""
