"""The value of what was decided: what other models and other settings would have been worth on the same work."""
