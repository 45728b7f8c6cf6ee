"""What runs inside the sandbox, beside the judged code: the standard library only, and pytest where tests need it.

It runs under the interpreter that the solution is meant for (Python 3.9 or newer), so nothing else of the package
may be imported here. `runner` starts it and believes only what its report channel says.
"""
