"""What MkDocs calls while it builds the site, one topic a file."""
