"""The error function, which NumPy lacks and the exact GELU needs.

erf(x) = 2 / sqrt(pi) * integral of exp(-t^2) from 0 to x. Rational approximations of Moshier's Cephes Mathematical
Library (ndtr.c, https://www.netlib.org/cephes/), in the manner of Cody 1969, Rational Chebyshev approximations for the
error function; right to a few units in the last place of a float64.
"""

import numpy as np

SMALL = (  # erf(x) / x as a fraction of polynomials in x^2, for |x| < 1; highest power first
    (9.60497373987051638749e0, 9.00260197203842689217e1, 2.23200534594684319226e3, 7.00332514112805075473e3)
    + (5.55923013010394962768e4,),
    (1.0, 3.35617141647503099647e1, 5.21357949780152679795e2, 4.59432382970980127987e3, 2.26290000613890934246e4)
    + (4.92673942608635921086e4,),
)
LARGE = (  # (1 - erf(x)) * exp(x^2) as a fraction of polynomials in x, for 1 <= x < 8
    (2.46196981473530512524e-10, 5.64189564831068821977e-1, 7.46321056442269912687e0, 4.86371970985681366614e1)
    + (1.96520832956077098242e2, 5.26445194995477358631e2, 9.34528527171957607540e2, 1.02755188689515710272e3)
    + (5.57535335369399327526e2,),
    (1.0, 1.32281951154744992508e1, 8.67072140885989742329e1, 3.54937778887819891062e2, 9.75708501743205489753e2)
    + (1.82390916687909736289e3, 2.24633760818710981792e3, 1.65666309194161350182e3, 5.57535340817727675546e2),
)


def erf(x):
    """erf of an array of any shape, elementwise and in its dtype.

    >>> erf(np.array([-1.0, 0.0, 0.5, 10.0])).round(6)
    array([-0.842701,  0.      ,  0.5205  ,  1.      ])
    """
    x = np.asarray(x)
    size = np.minimum(np.abs(x), 8)  # from 6 on, erf is 1 to the last digit
    small = np.minimum(size, 1)
    near_zero = small * np.polyval(SMALL[0], small * small) / np.polyval(SMALL[1], small * small)
    far = 1 - np.exp(-size * size) * np.polyval(LARGE[0], size) / np.polyval(LARGE[1], size)
    return np.copysign(np.where(size < 1, near_zero, far), x).astype(x.dtype)
