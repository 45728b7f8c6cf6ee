"""The loop: choose, verify, record and recall as functions over services, called by tools, command line and benchmark."""
