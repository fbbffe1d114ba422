"""Images moved, turned, mirrored, cropped and with noise."""

from gyeop import augment

from .arrays import Array
from .case import Case
from .kinds import Count, Number, Rng

IMAGES = {"images": Array("n", 4, 5, also=[("n", "*a", "h", "w")]), "rng": Rng()}


def images(images):
    return len(images) in (3, 4)


CASES = [
    Case(augment.shift, fits=images).takes(**IMAGES, pixels=Count(2, at_least=0)),
    Case(augment.rotate, fits=images).takes(**IMAGES, degrees=Number(15.0, at_least=0)),
    Case(augment.flip, fits=images).takes(**IMAGES, probability=Number(0.5, at_least=0, at_most=1)),
    Case(augment.crop, fits=images).takes(**IMAGES, height=Count(2), width=Count(3)),
    Case(augment.noise, fits=images).takes(**IMAGES, deviation=Number(0.1, at_least=0)),
]
