"""What a report says, as frozen data: made of a session, read by the writers of HTML, PDF and Markdown."""
