"""Gyeop (겹): the companion library of a deep-learning book whose every snippet runs."""

__version__ = "0.1.0"
