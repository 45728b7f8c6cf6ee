"""Start of the warden: what to do stands in the file that its one argument names."""

import os
import sys

# Run with -I: nothing of the working directory can take a standard module's place
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from warden.watch import main  # type: ignore[import-not-found]

main()
