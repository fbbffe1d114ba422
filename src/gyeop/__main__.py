"""`python -m gyeop`, the same as `gyeop`."""

import sys

from ._command import main

if __name__ == "__main__":
    sys.exit(main())
