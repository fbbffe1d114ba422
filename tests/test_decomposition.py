"""PCA against scikit-learn; both autoencoders against torch, finite differences, closed forms, and on real digits."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn.datasets import load_iris, load_wine
from sklearn.decomposition import PCA as SklearnPCA
from torch.distributions import Normal, kl_divergence

from gyeop import MLP
from gyeop.activations import elu, identity, relu, sigmoid, tanh
from gyeop.data import load_digits, train_test_split
from gyeop.decomposition import PCA, VAE, Autoencoder, gaussian_kl
from gyeop.gradients import check_gradient
from gyeop.init import xavier_normal, zeros
from gyeop.losses import binary_cross_entropy, binary_cross_entropy_with_logits, cross_entropy, huber, mae, mse
from gyeop.optim import SGD, Adam

LOSSES = {
    mse: F.mse_loss,
    mae: F.l1_loss,
    huber: F.huber_loss,
    binary_cross_entropy: F.binary_cross_entropy,
    binary_cross_entropy_with_logits: F.binary_cross_entropy_with_logits,
}
ACTIVATIONS = {identity: lambda z: z, sigmoid: torch.sigmoid, tanh: torch.tanh, elu: F.elu, relu: torch.relu}


@pytest.fixture(scope="module")
def digits():
    return train_test_split(*load_digits(), 0.2, rng=0)


def squared_error(model, x):
    return float(((model.inverse_transform(model.transform(x)) - x) ** 2).mean(dtype=np.float64))


# ---------------------------------------------------------------- PCA


@pytest.mark.parametrize(
    ("load", "components"),
    [
        (lambda: load_digits()[0].astype(float), 10),
        (
            lambda: load_digits()[0][:40].astype(float),
            40,
        ),  # fewer samples than features: rank 39, variance 0 at the end
        (lambda: load_iris().data, 4),
        (lambda: load_wine().data, 3),
        (lambda: np.random.default_rng(0).normal(1e6, 1, (50, 5)), 5),
    ],
)
def test_pca_equals_scikit_learn(load, components):
    x = load()
    ours, theirs = PCA(components).fit(x), SklearnPCA(components, svd_solver="full").fit(x)
    np.testing.assert_allclose(ours.mean_, theirs.mean_, rtol=1e-12)
    scale = theirs.explained_variance_[0]
    np.testing.assert_allclose(ours.explained_variance_, theirs.explained_variance_, rtol=1e-9, atol=1e-12 * scale)
    np.testing.assert_allclose(ours.explained_variance_ratio_, theirs.explained_variance_ratio_, rtol=1e-9, atol=1e-12)
    named = theirs.explained_variance_ > 1e-10 * scale  # a direction without variance can be any
    signs = np.sign((ours.components_ * theirs.components_).sum(axis=1))
    np.testing.assert_allclose((signs[:, None] * ours.components_)[named], theirs.components_[named], atol=1e-8)
    np.testing.assert_allclose(ours.transform(x)[:, named], (signs * theirs.transform(x))[:, named], atol=1e-8 * scale)
    back = ours.inverse_transform(ours.transform(x))
    np.testing.assert_allclose(back, theirs.inverse_transform(theirs.transform(x)), rtol=1e-9, atol=1e-8)
    np.testing.assert_allclose(ours.components_ @ ours.components_.T, np.eye(components), atol=1e-12)


def test_pca_closed_forms(rng):
    x = rng.normal(size=(30, 4)) @ rng.normal(size=(4, 4))
    code = PCA(4).fit_transform(x)
    np.testing.assert_allclose(np.cov(code.T), np.diag(PCA(4).fit(x).explained_variance_), atol=1e-12)
    for k in (1, 2, 3):  # what is left out is what is lost
        pca = PCA(k).fit(x)
        lost = ((x - pca.inverse_transform(pca.transform(x))) ** 2).sum() / 29
        assert lost == pytest.approx(PCA(4).fit(x).explained_variance_[k:].sum(), rel=1e-10)
    one = PCA(1).fit([[1.0], [3.0], [8.0]])  # a single feature
    assert (one.mean_.tolist(), one.components_.tolist()) == ([4.0], [[1.0]])
    np.testing.assert_allclose((one.explained_variance_, one.explained_variance_ratio_), [[13.0], [1.0]], rtol=1e-14)
    assert (np.take_along_axis(pca.components_, abs(pca.components_).argmax(axis=1)[:, None], axis=1) > 0).all()


def test_pca_of_more_components_than_rank():
    x = np.outer(np.arange(6.0), [1.0, 2.0, -2.0])  # rank 1
    pca = PCA(3).fit(x)
    np.testing.assert_allclose(pca.explained_variance_, [3.5 * 9, 0, 0], atol=1e-12)
    np.testing.assert_allclose(pca.inverse_transform(pca.transform(x)), x, atol=1e-12)
    with pytest.raises(ValueError, match=r"at most min\(samples, features\), 3 here, got 4 for x \(6, 3\)"):
        PCA(4).fit(x)
    with pytest.raises(ValueError, match=r"2 here, got 3 for x \(2, 3\)"):
        PCA(3).fit(x[:2])
    still = PCA(2).fit(np.full((3, 3), 0.1))  # no variance at all: no share of it either, and no warning
    assert (still.explained_variance_.tolist(), still.explained_variance_ratio_.tolist()) == ([0, 0], [0, 0])
    assert not still.transform(np.full((2, 3), 0.1)).any()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.uint8, bool])
def test_pca_dtypes_and_the_callers_arrays(dtype):
    x = np.asfortranarray((load_digits()[0][:50] * 16).astype(dtype))[::2]
    before, kept = x.copy(), dtype if np.dtype(dtype).kind == "f" else np.float64
    x.flags.writeable = False
    pca, wide = PCA(3).fit(x), PCA(3).fit(x.astype(np.float64))
    code = pca.transform(x)
    back = pca.inverse_transform(code)
    assert {pca.mean_.dtype, pca.components_.dtype, code.dtype, back.dtype} == {np.dtype(kept)}
    assert pca.explained_variance_.dtype == np.float64
    np.testing.assert_allclose(code, wide.transform(before), atol=40 * np.finfo(kept).eps * np.abs(code).max())
    np.testing.assert_allclose(pca.explained_variance_, wide.explained_variance_, rtol=1e-12)
    np.testing.assert_array_equal(x, before)


# ---------------------------------------------------------------- gradients, against torch and finite differences


def torch_parameters(net):
    """(weights, biases) of an MLP as tensors that require gradients."""
    return [[torch.tensor(w, requires_grad=True) for w in arrays] for arrays in (net.weights, net.biases)]


def torch_forward(net, parameters, x):
    for l, (W, b) in enumerate(zip(*parameters, strict=True)):
        last = l == len(net.weights) - 1
        x = ACTIVATIONS[net.output_activation if last else net.activation](x @ W.T + b)
    return x


def assert_gradients(model, gradients, objective, value, tensors):
    """Those of torch, and, where no kink is near, the finite differences of `objective`."""
    value.backward()
    assert objective() == pytest.approx(value.item(), rel=1e-12)
    for ours, tensor in zip(gradients, tensors, strict=True):
        np.testing.assert_allclose(ours, tensor.grad.numpy(), rtol=1e-10, atol=1e-14)
    for parameter, gradient in zip(model.parameters, gradients, strict=True):
        kept = parameter.copy()

        def at(moved, parameter=parameter, kept=kept):
            parameter[...] = moved
            result = objective()
            parameter[...] = kept
            return result

        check_gradient(at, gradient, kept, rtol=2e-5)


def shaken(model, rng):
    for parameter in model.parameters:  # no bias at exactly 0
        parameter += 0.1 * rng.normal(size=parameter.shape)
    return model


@pytest.mark.parametrize("case", range(25))
def test_gradients_of_the_autoencoder(case):
    """Every loss with every activation, at three depths, a batch of one among them."""
    rng, loss, activation = np.random.default_rng(case), list(LOSSES)[case // 5], list(ACTIVATIONS)[case % 5]
    sizes, batch = [([5, 2], 1), ([5, 4, 3], 7), ([6, 5, 4, 1], 7)][case % 3]
    last = sigmoid if loss is binary_cross_entropy else tanh
    model = shaken(Autoencoder(sizes, activation, tanh, last, loss, rng=rng, dtype=np.float64), rng)
    x = rng.uniform(size=(batch, sizes[0]))
    encoder, decoder = torch_parameters(model.encoder), torch_parameters(model.decoder)
    out = torch_forward(model.decoder, decoder, torch_forward(model.encoder, encoder, torch.tensor(x)))
    value = LOSSES[loss](out, torch.tensor(x))
    tensors = [*encoder[0], *encoder[1], *decoder[0], *decoder[1]]
    assert_gradients(model, model.gradients(x), lambda: model.objective(x), value, tensors)


@pytest.mark.parametrize(("beta", "conditions"), [(0.0, 0), (1.0, 2), (4.0, 0)])
@pytest.mark.parametrize("loss", [mse, huber, binary_cross_entropy_with_logits], ids=lambda f: f.__name__)
@pytest.mark.parametrize("sizes", [[5, 2], [6, 5, 1], [6, 5, 4, 3]], ids=str)
def test_gradients_of_the_vae(sizes, loss, beta, conditions, rng):
    model = shaken(VAE(sizes, tanh, loss, beta, conditions, rng=0, dtype=np.float64), rng)
    code, x = sizes[-1], rng.uniform(size=(7, sizes[0]))
    noise, condition = rng.normal(size=(7, code)), rng.normal(size=(7, conditions)) if conditions else None
    extra = torch.tensor(condition) if conditions else torch.empty(7, 0, dtype=torch.float64)
    encoder, decoder = torch_parameters(model.encoder), torch_parameters(model.decoder)
    seen = torch_forward(model.encoder, encoder, torch.cat([torch.tensor(x), extra], dim=1))
    posterior = Normal(seen[:, :code], (seen[:, code:] / 2).exp())
    z = posterior.mean + posterior.stddev * torch.tensor(noise)
    out = torch_forward(model.decoder, decoder, torch.cat([z, extra], dim=1))
    divergence = kl_divergence(posterior, Normal(0.0, 1.0)).sum(dim=1).mean()
    value = LOSSES[loss](out, torch.tensor(x)) * sizes[0] + beta * divergence
    tensors = [*encoder[0], *encoder[1], *decoder[0], *decoder[1]]
    gradients = model.gradients(x, noise, condition)
    assert_gradients(model, gradients, lambda: model.objective(x, noise, condition), value, tensors)


def test_gaussian_kl_equals_torch(rng):
    mean, log_variance = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
    mean[0], log_variance[0], log_variance[1] = 0, 0, -30
    m, v = (torch.tensor(a, requires_grad=True) for a in (mean, log_variance))
    value = kl_divergence(Normal(m, (v / 2).exp()), Normal(0.0, 1.0)).sum(dim=1).mean()
    value.backward()
    assert gaussian_kl(mean, log_variance) == pytest.approx(value.item(), rel=1e-12)
    for ours, tensor in zip(gaussian_kl.gradient(mean, log_variance), (m, v), strict=True):
        np.testing.assert_allclose(ours, tensor.grad.numpy(), rtol=1e-10, atol=1e-16)
    check_gradient(lambda a: gaussian_kl(a, log_variance), gaussian_kl.gradient(mean, log_variance)[0], mean, rtol=1e-5)
    assert gaussian_kl(mean[:1], log_variance[:1]) == 0
    assert gaussian_kl([[0.0]], [[1e-9]]) == pytest.approx(
        2.5e-19, rel=1e-6
    )  # v^2 / 4, which exp(v) - 1 - v would lose
    assert gaussian_kl([[0.0]], [[1000.0]]) == np.inf
    assert gaussian_kl.gradient(mean.astype(np.float32), log_variance.astype(np.float32))[1].dtype == np.float32


# ---------------------------------------------------------------- learning


@pytest.mark.parametrize("seed", range(3))
def test_a_linear_autoencoder_reaches_the_error_of_pca_and_its_plane(seed):
    x = load_digits()[0].astype(np.float64)
    x -= x.mean(axis=0)
    model = Autoencoder([64, 4], activation=identity, init=xavier_normal, rng=seed, dtype=np.float64)
    model.fit(x, epochs=50, batch_size=300, optimizer=SGD(model.parameters, lr=2, momentum=0.9), rng=seed)
    pca = PCA(4).fit(x)
    best = squared_error(pca, x)
    assert best * (1 - 1e-9) <= model.objective(x) <= 1.002 * best  # no linear code can be better; 1.001 seen
    plane = np.linalg.qr(model.decoder.weights[0])[0]  # orthonormal columns: what the decoder reaches
    cosines = np.linalg.svd(pca.components_ @ plane, compute_uv=False)  # of the angles between the two planes
    assert cosines.min() > 0.999


@pytest.mark.parametrize("seed", range(3))
def test_the_8_3_8_network_finds_a_code_for_each_of_eight(seed):
    """Rumelhart, Hinton, Williams 1986: eight patterns go through three units, and each gets a code of its own."""
    model = Autoencoder([8, 3], code_activation=sigmoid, loss=binary_cross_entropy_with_logits, rng=seed)
    model.fit(np.eye(8), epochs=2000, batch_size=8, optimizer=Adam(model.parameters, lr=0.05), rng=seed)
    code = model.transform(np.eye(8))
    assert model.inverse_transform(code).argmax(axis=1).tolist() == list(range(8))
    assert model.inverse_transform(code).min() >= 0
    distances = np.linalg.norm(code[:, None] - code, axis=2) + 9 * np.eye(8)
    assert distances.min() > 0.2


def autoencoder_error(digits, seed, epochs):
    """The squared error on unseen digits at two numbers a digit, as a share of PCA's."""
    model = Autoencoder([64, 128, 32, 2], rng=seed)
    model.fit(digits.x_train, epochs, batch_size=32, optimizer=Adam(model.parameters, lr=3e-3), rng=seed)
    assert len(model.train_loss_) == epochs
    assert model.train_loss_[-1] < 0.6 * model.train_loss_[0]
    return squared_error(model, digits.x_test) / squared_error(PCA(2).fit(digits.x_train), digits.x_test)


@pytest.mark.parametrize("seed", range(3))
def test_the_autoencoder_does_better_than_pca_on_unseen_digits(digits, seed):
    assert autoencoder_error(digits, seed, epochs=15) < 0.9  # 0.74 to 0.84 seen


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_autoencoder_does_much_better_than_pca_after_longer_training(digits, seed):
    assert autoencoder_error(digits, seed, epochs=60) < 0.7  # 0.60 to 0.66 seen


def vae_on_digits(digits, seed, epochs):
    """(objective on unseen digits in nats, share of samples that a classifier of real digits reads as asked for)."""
    one_hot = np.eye(10)
    model = VAE([64, 128, 8], conditions=10, rng=seed)
    optimizer = Adam(model.parameters, lr=3e-3)
    model.fit(digits.x_train, epochs, condition=one_hot[digits.y_train], optimizer=optimizer, rng=seed)
    judge = MLP([64, 64, 10], rng=0)
    judge.fit(digits.x_train, digits.y_train, epochs=30, batch_size=32, rng=0)
    asked = np.arange(200) % 10
    samples = model.sample(200, rng=1, condition=one_hot[asked])
    assert samples.shape == (200, 64)
    assert (samples.min() >= 0, samples.max() <= 1) == (True, True)
    spread, real = samples[asked == 3].std(axis=0).mean(), digits.x_train[digits.y_train == 3].std(axis=0).mean()
    assert spread > 0.25 * real  # many threes, not one
    noise = np.random.default_rng(0).normal(size=(len(digits.x_test), 8))
    objective = model.objective(digits.x_test, noise, one_hot[digits.y_test])
    return objective, float((judge.predict(samples) == asked).mean())


@pytest.mark.parametrize("seed", range(3))
def test_the_vae_learns_digits_and_makes_those_that_are_asked_for(digits, seed):
    """Independent pixels with the right means cost 27.0 nats; gray ones cost 13.7 at the very least."""
    objective, read = vae_on_digits(digits, seed, epochs=15)
    assert objective < 22.5  # 21.85 to 21.92 seen
    assert read > 0.95


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_vae_learns_digits_better_in_longer_training(digits, seed):
    objective, read = vae_on_digits(digits, seed, epochs=100)
    assert objective < 21.2  # 20.77 to 20.92 seen
    assert read > 0.95


def test_beta_trades_reconstruction_for_a_code_near_the_normal_one(digits):
    x = digits.x_train[:500]
    kl = [gaussian_kl(*VAE([64, 64, 4], beta=beta, rng=0).fit(x, 15, rng=0).encode(x)) for beta in (0.0, 1.0, 10.0)]
    assert kl[0] > 2 * kl[1] > 2 * kl[2] >= 0


# ---------------------------------------------------------------- edges


def models():
    return [
        Autoencoder([3, 4, 2], rng=0),
        VAE([3, 4, 2], rng=0),
    ]


@pytest.mark.parametrize("model", models(), ids=lambda m: type(m).__name__)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int32, bool])
def test_dtypes_seeds_and_the_callers_arrays(model, dtype):
    x = np.asfortranarray(np.array([[0, 1, 1], [1, 0, 1], [0, 0, 1]])).astype(dtype)
    before = x.copy()
    x.flags.writeable = False
    code = model.fit(x, epochs=2, batch_size=2, rng=0).transform(x)
    assert (code.shape, code.dtype, model.inverse_transform(code).dtype) == ((3, 2), np.float32, np.float32)
    again = next(m for m in models() if type(m) is type(model))
    again.fit(before.astype(np.float64), epochs=2, batch_size=2, rng=0)
    if model.train_loss_ and len(model.train_loss_) == 2 and dtype == np.float16:  # the first fit of this model
        np.testing.assert_array_equal(again.transform(before), code)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("kind", [Autoencoder, VAE])
def test_a_single_sample_and_a_single_feature(kind):
    model = kind([1, 4, 1], loss=mse, rng=0)
    assert model.fit([[0.5]], epochs=300, rng=0).inverse_transform(model.transform([[0.5]])) == pytest.approx(
        0.5, abs=0.3
    )
    assert model.transform([[0.5]]).shape == (1, 1)


def test_seeds():
    x = load_digits()[0][:100]
    for make in (lambda: Autoencoder([64, 8, 2], rng=3), lambda: VAE([64, 8, 2], rng=3)):
        first, second = make(), make()
        np.testing.assert_array_equal(first.fit_transform(x, 3, rng=5), second.fit_transform(x, 3, rng=5))
        assert (first.transform(x) != first.fit_transform(x, 3, rng=6)).any()  # a second fit goes on
    np.testing.assert_array_equal(first.sample(4, rng=0), first.sample(4, rng=0))
    assert (first.sample(4, rng=0) != first.sample(4, rng=1)).any()


@pytest.mark.parametrize("kind", [Autoencoder, VAE])
def test_numbers_that_run_off_are_named(kind):
    model = kind([3, 4, 2], loss=mse, rng=0)
    with pytest.raises(FloatingPointError, match=rf"{kind.__name__}.fit left the finite numbers in epoch \d+ .* lower"):
        model.fit(np.ones((4, 3)), epochs=500, optimizer=SGD(model.parameters, lr=1e6), rng=0)


@pytest.mark.parametrize("kind", [Autoencoder, VAE])
def test_numbers_too_large_for_the_model_are_named(kind):
    model, x = kind([3, 4, 2], loss=mse, rng=0), np.full((2, 3), 3e38)
    with pytest.raises(ValueError, match="in float32, expects finite numbers, got -?(inf|nan)"):
        model.transform(x)
    with pytest.raises(ValueError, match=rf"{kind.__name__}.inverse_transform, in float32, expects finite numbers"):
        model.inverse_transform(x[:, :2])
    more = (np.ones((2, 2)),) if kind is VAE else ()
    for call in (model.objective, model.gradients):
        with pytest.raises(ValueError, match="expects finite numbers"):
            call(x, *more)


def test_an_infinite_loss_is_named_even_with_finite_gradients():
    model = Autoencoder([2, 1], init=zeros)
    with pytest.raises(FloatingPointError, match="the loss is inf"):
        model.fit(np.full((4, 2), 1e25), epochs=1)


@pytest.mark.parametrize("kind", [Autoencoder, VAE])
def test_half_precision(kind, rng):
    x = rng.uniform(size=(20, 3))
    model = kind([3, 4, 2], rng=0, dtype=np.float16)
    assert model.fit(x, 3, optimizer=SGD(model.parameters, lr=0.01), rng=0).transform(x).dtype == np.float16


def test_train_loss_is_the_mean_over_the_samples(rng):
    x = rng.normal(size=(10, 3))
    model = Autoencoder([3, 4, 2], rng=0, dtype=np.float64)
    model.fit(x, epochs=2, batch_size=7, optimizer=SGD(model.parameters, lr=0), rng=0)
    np.testing.assert_allclose(model.train_loss_, model.objective(x), rtol=1e-12)


def test_progress_prints_a_line_an_epoch(capsys):
    Autoencoder([3, 2], rng=0).fit(np.eye(3), epochs=2, rng=0, progress=True)
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == ["epoch 1", "epoch 2"]


X = np.eye(3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: PCA(0), "n_components expects a whole number of at least 1, got 0"),
        (lambda: PCA(0.9), "whole number, got float 0.9"),
        (lambda: PCA(1).fit(X[:1]), r"at least two samples, got x \(1, 3\)"),
        (lambda: PCA(1).fit(X[0]), r"\(batch, features\), got \(3,\)"),
        (lambda: PCA(1).fit([[1e200], [0]]), r"at most .* in size, got 1e\+200 at index \(0, 0\)"),
        (lambda: PCA(1).fit([[np.inf], [0]]), r"inf at index \(0, 0\)"),
        (lambda: PCA(1).transform(X), "PCA.transform expects fit before it"),
        (lambda: PCA(1).inverse_transform(X), "PCA.inverse_transform expects fit before it"),
        (lambda: PCA(1).fit(X).transform(X[:, :2]), r"\(batch, 3\), got \(3, 2\)"),
        (lambda: PCA(1).fit(X).inverse_transform(X), r"\(batch, 1\), got \(3, 3\)"),
        (lambda: Autoencoder([3]), "at least an input and an output size"),
        (lambda: Autoencoder([3, 0]), "at least 1, got 0"),
        (lambda: Autoencoder([3, 2]).fit(X[0]), r"Autoencoder.fit's x expects shape \(batch, 3\), got \(3,\)"),
        (lambda: Autoencoder([3, 2]).fit(X * np.nan), r"nan at index \(0, 0\)"),
        (lambda: Autoencoder([3, 2]).fit(X * 1e300), "as float32, expects finite numbers, got inf"),
        (lambda: Autoencoder([3, 2]).fit(X, epochs=0), "epochs expects a whole number of at least 1"),
        (lambda: Autoencoder([3, 2]).fit(X, batch_size=0), "batch_size expects a whole number of at least 1"),
        (lambda: Autoencoder([3, 2]).fit(X, optimizer="Adam"), "expects an optimizer such as Adam"),
        (lambda: Autoencoder([3, 2]).fit(X, optimizer=SGD([np.ones(2)], 0.1)), "built on this model's parameters"),
        (lambda: Autoencoder([3, 2], loss=cross_entropy).fit(X + 1), "from 0 to 1, got 2.0"),
        (lambda: Autoencoder([3, 2], loss=binary_cross_entropy_with_logits).fit(X * 2), "from 0 to 1, got 2.0"),
        (lambda: Autoencoder([3, 2]).transform(X[:, :2]), r"\(batch, 3\), got \(3, 2\)"),
        (lambda: Autoencoder([3, 2]).inverse_transform(X), r"\(batch, 2\), got \(3, 3\)"),
        (lambda: VAE(3), "expects a list of sizes, got int"),
        (lambda: VAE([3]), "at least the features and the code"),
        (lambda: VAE([3, 2], beta=-1), "beta expects a finite number >= 0, got -1"),
        (lambda: VAE([3, 2], conditions=-1), "conditions expects a whole number of at least 0"),
        (lambda: VAE([3, 2]).fit(X * 2), "from 0 to 1, got 2.0"),
        (lambda: VAE([3, 2]).fit(X, condition=X), r"VAE.fit expects no condition, got \(3, 3\)"),
        (lambda: VAE([3, 2], conditions=3).fit(X), r"VAE.fit expects condition \(3, 3\), got None"),
        (lambda: VAE([3, 2], conditions=3).fit(X, condition=X[:1]), r"expects condition \(3, 3\), got \(1, 3\)"),
        (lambda: VAE([3, 2], conditions=3).sample(2, condition=X[0]), r"\(batch, 3\), got \(3,\)"),
        (lambda: VAE([3, 2]).sample(0), "n expects a whole number of at least 1, got 0"),
        (lambda: VAE([3, 2]).objective(X, np.ones((1, 2))), r"noise \(3, 2\) for x \(3, 3\), got \(1, 2\)"),
        (lambda: VAE([3, 2]).gradients(X, np.ones(3)), r"noise expects shape \(batch, 2\), got \(3,\)"),
        (lambda: gaussian_kl(np.ones((2, 1)), np.ones(2)), r"one shape \(batch, code\), got \(2, 1\) and \(2,\)"),
        (lambda: gaussian_kl(np.ones((0, 1)), np.ones((0, 1))), "at least one value"),
        (lambda: gaussian_kl.gradient([[np.nan]], [[0.0]]), r"nan at index \(0, 0\)"),
    ],
)
def test_refusals(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
