"""What an installed hook runs: `acrouter-mcp hook EVENT --host HOST`, payload on stdin, answer on stdout.

A hook costs its host a process for every event, so everything here is the standard library alone: an event becomes a
row in the memory's file, and only the routing of a sub-agent asks a running server (`ask`). What the rows mean is for
`loop.follow` to say. Nothing here may keep a host from going on: whatever fails, the answer is empty, the exit status
0, and a line goes to the log.
"""
