"""The loop: choose, verify, record and recall as functions over services; tools and command line call them."""
