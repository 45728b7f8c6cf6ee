"""The handshake on stdio, answered from a cache while the server is still imported.

Hosts wait for `tools/list` for as little as a second, and importing the SDK takes one to two. So one process answers
with what it answered the last time, a thread imports, and then the server reads everything from the beginning; its own
answers to what was answered already are dropped, and mend the cache if they differ. Up to an answer nothing but the
standard library is imported.
"""
