"""Transcripts of agent hosts, read into pieces of work; one host a module."""
