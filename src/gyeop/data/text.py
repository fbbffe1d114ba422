"""A real Korean text, small enough to ship with the library."""

from importlib.resources import files


def load_constitution():
    """The Constitution of the Republic of Korea, in Korean: a string of 18,884 characters, 380 different ones.

    Preamble, articles 1 to 130 in chapters, and the supplementary provisions, as of 1987.

    Source: `corpus/kolaw/constitution.txt` of konlpy 0.6.0 (E. L. Park and others). Licence: none needed - laws are not
    under copyright in Korea (Copyright Act of Korea, article 7, item 1).

    >>> text = load_constitution()
    >>> len(text), text[:7], "민주공화국" in text
    (18884, '대한민국헌법\\n', True)
    """
    return (files(__package__) / "constitution.ko.txt").read_text(encoding="utf-8")
