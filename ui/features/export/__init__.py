"""What leaves the lab: exports, reports, and the pictures of the panels."""
