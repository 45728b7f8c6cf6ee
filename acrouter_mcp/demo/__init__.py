"""The whole loop on scripted answers: a real client, the real server over stdio, real execution."""
