"""The start page: sessions to go on with, experiments to try, and the ways into the bench."""
