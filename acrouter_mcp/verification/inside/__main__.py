"""Start of the program in the sandbox: a job as one JSON line on standard input, the rest through its report channel.

Run as a directory, so that `sys.path[0]` is this folder: nothing of the working directory can take the place of a
standard module before the judged code is meant to be seen.
"""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parent.parent)
from inside.harness import main  # type: ignore[import-not-found]  # noqa: E402 - found from the line above on

del sys.path[0]
main()
