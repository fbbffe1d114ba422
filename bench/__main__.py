"""Measure the library beside its peers: every subject, or those that are named.

python -m bench [mlp ...]
"""

import argparse

from bench import autograd, conv, mlp, recurrent

SUBJECTS = {"mlp": mlp, "autograd": autograd, "conv": conv, "recurrent": recurrent}

parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=f"{', '.join(SUBJECTS)}; all")
chosen = parser.parse_args().subjects
if unknown := set(chosen) - set(SUBJECTS):
    parser.error(f"no such subject: {', '.join(sorted(unknown))}; there are {', '.join(SUBJECTS)}")
for name, subject in SUBJECTS.items():
    if not chosen or name in chosen:
        print(subject.run(), flush=True)
