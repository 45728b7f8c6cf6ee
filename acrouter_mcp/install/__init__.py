"""Server, hooks and instructions, put into a host's own files and taken out again."""
