"""Work on a batch in parts, on several cores: NumPy lets other threads run while it multiplies and copies.

How a batch is cut into parts does not depend on how many threads there are, and results come back in the order of the
parts. So a sum over them is the same to the last bit on one core and on many.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

from gyeop.autograd.graph import quiet

PARTS = 8


def threads():
    """How many threads share the parts: OMP_NUM_THREADS if that is set, as for BLAS and torch, else the cores.

    >>> 1 <= threads() <= PARTS
    True
    """
    if sys.platform == "emscripten":  # in the browser there is one
        return 1
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(int(wanted) if wanted.isdecimal() else cores, PARTS))


def in_parts(function, batch, shared):
    """[function(part), ...] for the slices of range(batch), at most PARTS of them; on several threads if `shared`.

    >>> in_parts(lambda part: (part.start, part.stop), 20, shared=False)
    [(0, 3), (3, 6), (6, 9), (9, 12), (12, 15), (15, 18), (18, 20)]
    """
    function = quiet(function)  # a new thread has NumPy's own settings
    size = -(-batch // PARTS) or 1
    parts = [slice(start, min(start + size, batch)) for start in range(0, batch, size)]
    workers = min(threads(), len(parts)) if shared else 1
    if workers < 2:
        return [function(part) for part in parts]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(function, parts))
