"""PCA and the autoencoders."""

import numpy as np

from gyeop import activations, decomposition, losses, optim
from gyeop.decomposition import PCA, VAE, Autoencoder

from .arrays import Array, probability
from .case import Case
from .kinds import Count, Counts, Dtype, Flag, Function, Number, Rng
from .variants import EITHER, Given, OnSelf, Optional, Variant, bad

NO_DERIVATIVE = {"without_a_derivative": lambda z: z}
ACTIVATION = Function(activations.relu, **NO_DERIVATIVE)
LOSS = Function(losses.mse, **NO_DERIVATIVE)
DRAWN = {"init": Optional(Function(lambda shape, rng, dtype: np.ones(shape, dtype))), "rng": Rng()}


def fitted():
    return PCA(2).fit(np.random.default_rng(0).normal(size=(6, 3)))


def autoencoder():
    return Autoencoder([4, 3, 2], rng=0)


def vae():
    return VAE([4, 3, 2], rng=0)


def conditional():
    return VAE([4, 3, 2], conditions=2, rng=0)


X, CODE = Array("n", 4), Array("n", 2)
UNIT = Array("n", 4, draw=probability, refuses=(-0.5, 1.5))
OPTIMIZER = Given(
    lambda: OnSelf(lambda model: optim.SGD(model.parameters, 0.1)),
    bad(on_other_arrays=optim.SGD([np.ones(3)], 0.1), a_string="adam", a_class=optim.SGD, a_number=0.1),
    Variant("None", lambda _: None, EITHER),
)
TRAINING = {"epochs": Count(1), "batch_size": Count(3), "optimizer": OPTIMIZER, "rng": Rng(), "progress": Flag()}
FIT = {"raises": FloatingPointError, "changes": ["optimizer"]}
SAME = np.float32  # a model casts its input to its own dtype
NO_CONDITION = Given(lambda: None, bad(unasked_for=np.ones((5, 2)), a_string="text"))
CONDITION = Array("n", 2)

CASES = [
    Case(PCA).takes(n_components=Count(2)),
    Case(PCA.fit, dtype=None).takes(self=Given(lambda: PCA(2)), x=Array("n", "d")),
    Case(PCA.fit_transform, dtype=None).takes(self=Given(lambda: PCA(2)), x=Array("n", "d")),
    Case(PCA.transform, dtype=None).takes(self=Given(fitted), x=Array("n", 3)),
    Case(PCA.inverse_transform, dtype=None).takes(self=Given(fitted), code=Array("n", 2)),
    Case(Autoencoder, dtype=None).takes(
        sizes=Counts(4, 3, 2, least=2),
        activation=ACTIVATION,
        code_activation=ACTIVATION,
        output_activation=ACTIVATION,
        loss=LOSS,
        **DRAWN,
        dtype=Dtype(np.float32),
    ),
    *(
        Case(f, SAME, **FIT).takes(self=Given(autoencoder), x=X, **TRAINING)
        for f in (Autoencoder.fit, Autoencoder.fit_transform)
    ),
    *(
        Case(f, SAME).takes(self=Given(autoencoder), x=X)
        for f in (Autoencoder.transform, Autoencoder.objective, Autoencoder.gradients)
    ),
    Case(Autoencoder.inverse_transform, SAME).takes(self=Given(autoencoder), code=CODE),
    Case(decomposition.gaussian_kl).takes(mean=Array("n", "k"), log_variance=Array("n", "k")),
    Case(decomposition.gaussian_kl.gradient, "each").takes(mean=Array("n", "k"), log_variance=Array("n", "k")),
    Case(VAE, dtype=None).takes(
        sizes=Counts(4, 3, 2, least=2),
        activation=ACTIVATION,
        loss=LOSS,
        beta=Number(1.0, at_least=0),
        conditions=Count(0, at_least=0),
        **DRAWN,
        dtype=Dtype(np.float32),
    ),
]
for make, condition in ((vae, NO_CONDITION), (conditional, CONDITION)):
    GIVEN = {"self": Given(make), "condition": condition}
    CASES += [
        *(Case(f, SAME, **FIT).takes(**GIVEN, x=UNIT, **TRAINING) for f in (VAE.fit, VAE.fit_transform)),
        *(Case(f, SAME).takes(**GIVEN, x=X) for f in (VAE.encode, VAE.transform)),
        *(Case(f, SAME).takes(**GIVEN, x=UNIT, noise=CODE) for f in (VAE.objective, VAE.gradients)),
        Case(VAE.inverse_transform, SAME).takes(**GIVEN, code=CODE),
        Case(VAE.sample, SAME).takes(
            self=Given(make), n=Count(5), rng=Rng(), condition=condition if make is vae else Array(5, 2)
        ),
    ]
