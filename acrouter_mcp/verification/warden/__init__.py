"""The process between the server and a judged program, where no namespace holds the program in.

It is started as a program of its own (`python -I -S .../warden/__main__.py`), so it knows the standard library only. It
confines its child (Landlock, system call filter, limits), adopts whatever the child leaves behind, answers for what
Landlock doesn't see, and ends the whole tree when the child ends, when it is told to, or when the server is gone.
"""
