# ---
# description: A 784-128-64-10 network, trained with NumPy and the four equations alone, reads 1,000 unseen digits.
# ---

# %% [markdown]
# # MNIST from scratch { #mnist-from-scratch }
#
# Try to write a rule that tells a handwritten 4 from a 9. "Open at the top means 4" fails on a 4 that someone closed,
# and each exception you add fails on another hand. A neural network has 109,386 numbers in place of such rules.
# Nobody writes the numbers down. The network looks at 4,000 images with their answers and changes its numbers a
# little each time.
#
# By the end you will have written the four equations of backpropagation in NumPy, trained a network with nothing
# else, and read more than 900 of 1,000 digits that it had never seen. You will also have looked at the ones it gets
# wrong. A laptop needs a minute.
#
# - **Read first**: [the forward pass](../core/forward-pass.md), [the four equations of
#   backpropagation](../course/backprop-equations.md).
# - **Layers and symbols**: layer 1 is the input, layer 4 the output. $W^l$ and $b^l$ are the weights and biases into
#   layer $l$; $z^l$ and $a^l$ are the values before and after its activation function. The raised $l$ is the number
#   of a layer, not a power.
# - **Rows**: in every array, one row is one image.

# %% [markdown]
# ## 5,000 digits { #data }
#
# MNIST is a collection of digits that people wrote by hand, scaled to 28 by 28 pixels. The library ships 5,000 of
# them: 4,000 to train with, and 1,000 that serve as the test and for nothing else. One image is its 784 pixels in a
# row, where 0 is paper and 1 is ink.

# %%
import matplotlib.pyplot as plt
import numpy as np

from gyeop.data import load_mnist

x_train, y_train, x_test, y_test = load_mnist()
# float64: digits to spare for the checks
x_train, x_test = x_train.astype(float), x_test.astype(float)
print(x_train.shape, x_test.shape)
print(x_train.min(), x_train.max())
print(np.bincount(y_train))
print(np.bincount(y_test))

# %% [markdown]
# The last two lines count the images of each digit from 0 to 9. There are 400 of each to train with and 100 of each
# in the test, so always giving the same answer is right one time in ten. Compare every accuracy below with these 10%.

# %%
fig, axes = plt.subplots(3, 10, figsize=(6, 2))
for digit, column in enumerate(axes.T):
    for image, ax in zip(x_train[y_train == digit], column):
        ax.imshow(image.reshape(28, 28), cmap="gray")
        ax.axis("off")

# %% [markdown]
# ![Thirty handwritten digits, three in each column, from 0 in the left column to 9 in the right one. The same digit
# comes with different slants, in thin and thick lines, and with its strokes joined in different ways.](figure)

# %% [markdown]
# ## 109,386 numbers { #network }
#
# There are two hidden layers, of 128 and 64 units, and 10 outputs, one for each digit. The weights are drawn from a
# normal distribution with mean 0 and variance $2 / n$, where $n$ is the number of units in the layer before. Drawn
# like this, values keep about the same size from layer to layer. The biases start at 0.

# %%
rng = np.random.default_rng(0)
sizes = {1: 784, 2: 128, 3: 64, 4: 10}     # layer: units
W, b = {}, {}
for l in (2, 3, 4):
    W[l] = rng.normal(0, np.sqrt(2 / sizes[l - 1]), (sizes[l], sizes[l - 1]))
    b[l] = np.zeros(sizes[l])
    print(f"W{l}: {W[l].shape}   b{l}: {b[l].shape}")
W_start = {l: W[l].copy() for l in W}      # needed again further down
print(f"{sum(W[l].size + b[l].size for l in W):,}")

# %% [markdown]
# The activation function of layers 2 and 3 is ReLU: 0 for a negative number, the number itself otherwise. In the
# output layer, softmax turns the 10 numbers into probabilities that add up to 1. The loss is cross-entropy: minus the
# logarithm of the probability of the right answer, averaged over $n$ images.
#
# $$C = -\frac{1}{n} \sum_{i=1}^{n} \ln a^4_{i, y_i}$$
#
# Here $a^4_{i, y_i}$ is the probability that image $i$ gives to its right answer $y_i$.

# %%
def relu(z):
    return np.maximum(z, 0)

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))     # the same ratios, no overflow
    return e / e.sum(axis=1, keepdims=True)

def forward(W, b, x):
    z, a = {}, {1: x}
    for l in (2, 3, 4):
        z[l] = a[l - 1] @ W[l].T + b[l]
        a[l] = relu(z[l]) if l < 4 else softmax(z[l])
    return z, a

def loss(W, b, x, y):
    _, a = forward(W, b, x)
    return -np.log(a[4][np.arange(len(y)), y]).mean()

def predict(W, b, x):
    _, a = forward(W, b, x)
    return a[4].argmax(axis=1)

print(f"C = {loss(W, b, x_test, y_test):.3f}   ln 10 = {np.log(10):.3f}")
print(np.mean(predict(W, b, x_test) == y_test))

# %% [markdown]
# A network that gives $1/10$ to each of the ten answers has the loss $\ln 10$. Ours has learned nothing yet, so its
# loss is close to that, and it is right about one time in ten.

# %% [markdown]
# ## The four equations { #four-equations }
#
# The error of layer $l$ is $\delta^l = \partial C / \partial z^l$, and it is found from the output layer backwards.
# With softmax and cross-entropy together, the error of the output layer is the probabilities minus the target. The
# target $Y$ has a row for each image, with a 1 in the place of the right answer and 0 elsewhere; in code it is
# `np.eye(10)[y]`. Since the loss is a mean over $n$ images, the error is divided by $n$.
#
# $$\delta^4 = \frac{a^4 - Y}{n}$$
#
# $$\delta^l = (\delta^{l+1} W^{l+1}) \odot \mathrm{relu}'(z^l)$$
#
# $$\nabla_{b^l} C = \sum_i \delta^l_i$$
#
# $$\nabla_{W^l} C = (\delta^l)^{\mathsf T} a^{l-1}$$
#
# The sign $\odot$ means: multiply component by component, and $\delta^l_i$ is the row of $\delta^l$ for image $i$. A
# row is an image, so the third equation adds up the rows. In the fourth the matrix product does it.
# $\mathrm{relu}'(z)$ is 1 where $z$ is above 0, and 0 elsewhere.

# %%
def gradients(W, b, x, y):
    z, a = forward(W, b, x)
    delta, grad_W, grad_b = {}, {}, {}
    delta[4] = (a[4] - np.eye(10)[y]) / len(y)               # BP1
    for l in (3, 2):
        delta[l] = (delta[l + 1] @ W[l + 1]) * (z[l] > 0)    # BP2
    for l in (2, 3, 4):
        grad_b[l] = delta[l].sum(axis=0)                     # BP3
        grad_W[l] = delta[l].T @ a[l - 1]                    # BP4
    return grad_W, grad_b

# %% [markdown]
# ## Check before you train { #check }
#
# A partial derivative says how fast the loss changes when one weight moves. Take the weight with the largest
# derivative in each layer and move it by $\varepsilon = 10^{-6}$ both ways. Beside the value from the four equations,
# it is the same to six decimals.

# %%
x, y, eps = x_train[:20], y_train[:20], 1e-6
grad_W, grad_b = gradients(W, b, x, y)

print("l    j    k         BP4   (C(w+e) - C(w-e)) / 2e")
for l in (2, 3, 4):
    j, k = np.unravel_index(np.abs(grad_W[l]).argmax(), W[l].shape)
    step = np.zeros_like(W[l])
    step[j, k] = eps
    up, down = [loss({**W, l: W[l] + s * step}, b, x, y) for s in (1, -1)]
    slope = (up - down) / (2 * eps)
    print(f"{l} {j:4d} {k:4d}   {grad_W[l][j, k]:9.6f}   {slope:22.6f}")
    assert abs(slope - grad_W[l][j, k]) < 1e-8

# %% [markdown]
# Three right ones do not make the others right. Moving all 109,386 one by one would take more than 200,000 forward
# passes. Move all weights and biases **together** instead, in a random direction $u$. The loss must then change at
# the rate of the sum, over all numbers, of the derivative times the component of the direction. If one derivative is
# wrong, so is the sum.

# %%
direction = np.random.default_rng(1)
u_W = {l: direction.normal(size=W[l].shape) for l in W}
u_b = {l: direction.normal(size=b[l].shape) for l in b}

def moved(distance):
    W_moved = {l: W[l] + distance * u_W[l] for l in W}
    b_moved = {l: b[l] + distance * u_b[l] for l in b}
    return loss(W_moved, b_moved, x, y)

slope = (moved(1e-7) - moved(-1e-7)) / 2e-7
sum_of_products = 0
for l in W:
    sum_of_products += np.sum(grad_W[l] * u_W[l]) + np.sum(grad_b[l] * u_b[l])
print(f"{slope:.4f}   {sum_of_products:.4f}")
assert abs(slope - sum_of_products) < 1e-5 * abs(slope)

# %% [markdown]
# ## Training { #training }
#
# Shuffle the images and take them 32 at a time, as mini-batches. For each mini-batch, compute the gradient, multiply
# it by the learning rate $\eta = 0.1$ and subtract it. One pass over all 4,000 images is an epoch, and there are ten.
# The 1,000 test images are only measured, and no weight is changed by them.

# %%
rng = np.random.default_rng(0)
eta, batch, curve = 0.1, 32, []

print(" t   C(4000)   C(1000)       %")
for t in range(1, 11):
    order = rng.permutation(len(x_train))
    for start in range(0, len(order), batch):
        rows = order[start : start + batch]
        grad_W, grad_b = gradients(W, b, x_train[rows], y_train[rows])
        for l in W:
            W[l] -= eta * grad_W[l]
            b[l] -= eta * grad_b[l]
    right = 100 * np.mean(predict(W, b, x_test) == y_test)
    seen, unseen = loss(W, b, x_train, y_train), loss(W, b, x_test, y_test)
    curve.append((t, seen, unseen))
    print(f"{t:2d}   {seen:7.4f}   {unseen:7.4f}   {right:5.1f}")

# %% [markdown]
# From left to right: the epoch, the loss on the 4,000 training images, the loss on the 1,000 unseen images, and the
# percentage of the unseen images that it reads correctly. After the first epoch that is already more than eight in
# ten.

# %%
t, seen, unseen = np.array(curve).T
fig, ax = plt.subplots(figsize=(6, 3))
ax.plot(t, seen, label="n = 4000")
ax.plot(t, unseen, label="n = 1000")
ax.set(xlabel="t", ylabel="C", ylim=(0, None))
ax.legend();

# %% [markdown]
# ![Two curves of the loss C over the epoch t. On the 4,000 training images the loss keeps falling and comes close to
# 0. On the 1,000 unseen images it falls no further than about 0.25.](figure)
#
# Look at the right end. The loss on the training images keeps falling, and the loss on the unseen images has stopped.
# From here on the network learns less about the shape of digits and more about these 4,000 images. This is
# overfitting; exercises 1 and 4 go on with it.

# %% [markdown]
# ## 1,000 digits it has never seen { #result }
#
# How many of the 1,000 are right, and how far can that share be trusted?

# %%
predicted = predict(W, b, x_test)
right = np.mean(predicted == y_test)
spread = np.sqrt(right * (1 - right) / len(y_test))
print(f"{np.sum(predicted == y_test)} / {len(y_test)}")
print(f"{100 * right:.1f} ± {100 * spread:.1f} %")
assert right > 0.9

# %% [markdown]
# After the ± stands the standard error. The test saw only 1,000 images; another 1,000 would easily give a result that
# differs by this much. Of two networks whose accuracies are half a percentage point apart, these data cannot say
# which is better.

# %% [markdown]
# ## What does it take for what? { #confusion }
#
# The confusion matrix counts, in row $y$ and column $\hat{y}$, how often an image whose answer is $y$ was read as
# $\hat{y}$. The right answers are on the diagonal, and everything else is a mistake.

# %%
from matplotlib.colors import ListedColormap

confusion = np.zeros((10, 10), dtype=int)
np.add.at(confusion, (y_test, predicted), 1)

fig, ax = plt.subplots(figsize=(5, 5))
blue, shade = ListedColormap(["C0"]), 0.5 * np.sqrt(confusion / 100)
ax.imshow(np.ones((10, 10)), cmap=blue, alpha=shade)
for i, j in zip(*np.nonzero(confusion)):
    ax.text(j, i, str(confusion[i, j]), ha="center", va="center")
ax.set(xlabel=r"$\hat{y}$", ylabel="$y$", xticks=range(10), yticks=range(10));

# %% [markdown]
# ![Confusion matrix: a row for each right answer, a column for each answer of the network. Every number on the
# diagonal is above 80; most of the other cells are empty, and the rest hold a single figure.](figure)

# %%
wrong = confusion - np.diag(confusion.diagonal())
for i, j in np.argwhere(wrong >= np.sort(wrong.ravel())[-4]):
    print(f"{i} -> {j}: {wrong[i, j]}")

# %% [markdown]
# These are the most frequent mistakes, with the right answer on the left of the arrow and the network's on the right.
# Written by hand, they are pairs over which a person may hesitate too.

# %% [markdown]
# ## The ten worst mistakes { #worst }
#
# Here are the ten images to whose right answer the network gave the smallest probability. They are the images with
# the largest loss.

# %%
_, a = forward(W, b, x_test)
belief = a[4][np.arange(len(y_test)), y_test]     # for the right answer
worst = belief.argsort()[:10]

fig, axes = plt.subplots(2, 5, figsize=(6, 3))
for i, ax in zip(worst, axes.ravel()):
    ax.imshow(x_test[i].reshape(28, 28), cmap="gray")
    ax.set_title(f"{y_test[i]} → {predicted[i]}")
    ax.axis("off")
print(a[4][worst].max(axis=1).round(2))
assert np.sum(a[4][worst].max(axis=1) > 0.9) == 7

# %% [markdown]
# ![The ten digits that are furthest off. Above each stand the right answer and the network's answer, with an arrow
# between them. Four are 2s and four are 3s, among them 2s pressed flat and 3s with long curled ends.](figure)
#
# Eight of the ten are a 2 or a 3, and these two digits also have the smallest counts on the diagonal of the confusion
# matrix. A likely reason is that people write them in more ways than other digits, while there are only 400 of each
# to learn from.
#
# The printed numbers are the probabilities that the network gave to its wrong answers. In seven of the ten they are above
# 0.9. Since a network can be this sure and wrong, do not read the probability that it puts out as its chance of being
# right.

# %% [markdown]
# ## Three lines with the library { #in-the-library }
#
# `gyeop.MLP` trains by the same four equations. With the same seeds it starts from the same weights and sees the
# images in the same order.

# %%
from gyeop import MLP

net = MLP([784, 128, 64, 10], rng=0, dtype=np.float64)
assert all(np.array_equal(net.weights[l - 2], W_start[l]) for l in W)

net.fit(x_train, y_train, epochs=10, batch_size=32, rng=0)
print(np.mean(net.predict(x_test) == y_test))
for l in W:
    assert np.allclose(net.weights[l - 2], W[l], rtol=0, atol=1e-6)

# %% [markdown]
# The last `assert` compares all 109,184 trained weights. The loop above and the library have arrived at the same
# place.

# %% [markdown]
# ## Try it { #try-it }
#
# **1.** What happens to the two losses when you train for 30 epochs instead of 10? Predict it, then check with the
# argument `validation` of `MLP.fit`.

# %% [markdown] tags=["solution"]
# The loss on the training images goes on falling, and the loss on the unseen images rises again. The accuracy stays
# about the same: the network is right about as often as before, but more confident when it is wrong. The two numbers
# at the end are the mean probability that it gave to its wrong answers, after 10 epochs and after 30.

# %% tags=["solution"]
longer = MLP([784, 128, 64, 10], rng=0, dtype=np.float64)
history = longer.fit(
    x_train, y_train, epochs=30, batch_size=32, validation=(x_test, y_test), rng=0
)
seen, unseen = history.train_loss, history.validation_loss
for t in (5, 10, 20, 30):
    right_then = 100 * history.validation_accuracy[t - 1]
    print(f"{t:2d}   {seen[t - 1]:.4f}   {unseen[t - 1]:.4f}   {right_then:.1f}")
assert seen[29] < seen[9] / 5
assert unseen[29] > 1.05 * min(unseen)

sure = []
for model in (net, longer):
    p = model.predict_proba(x_test)
    sure.append(p.max(axis=1)[p.argmax(axis=1) != y_test].mean())
print(f"{sure[0]:.2f}   {sure[1]:.2f}")
assert sure[1] > sure[0] + 0.05

# %% [markdown]
# **2.** How accurate is the network if all weights start at 0? Look at the four equations and answer before you run
# it.

# %% [markdown] tags=["solution"]
# 10%. With $W^4$ at 0, the second equation makes $\delta^3$ and $\delta^2$ 0, and since $a^3$ is 0 the fourth makes
# the gradient of $W^4$ 0 as well. Only the biases of the output layer move. They do not see the image, so every image
# gets the same answer.

# %% tags=["solution"]
zero_W = {l: np.zeros_like(W[l]) for l in W}
zero_b = {l: np.zeros_like(b[l]) for l in b}
for start in range(0, 4000, 32):
    rows = slice(start, start + 32)
    grad_W, grad_b = gradients(zero_W, zero_b, x_train[rows], y_train[rows])
    for l in W:
        zero_W[l] -= eta * grad_W[l]
        zero_b[l] -= eta * grad_b[l]
print(np.mean(predict(zero_W, zero_b, x_test) == y_test))
assert not any(zero_W[l].any() for l in zero_W)
assert not zero_b[2].any() and not zero_b[3].any() and zero_b[4].any()

# %% [markdown]
# **3.** How much do the hidden layers add? Train a network without any, 784-10, in the same way and compare.

# %% [markdown] tags=["solution"]
# Without hidden layers it is still right nine times in ten. The hidden layers bring the mistakes down from 100 to 69.
# The difference is more than three standard errors, so chance is a poor explanation.

# %% tags=["solution"]
linear = MLP([784, 10], rng=0, dtype=np.float64)
linear.fit(x_train, y_train, epochs=10, batch_size=32, rng=0)
linear_right = np.mean(linear.predict(x_test) == y_test)
print(f"{100 * linear_right:.1f} %   {100 * right:.1f} %")
assert right - linear_right > 3 * spread

# %% [markdown]
# **4.** A digit stays the same digit when it moves by one pixel, to either side, up or down. Use this to make five
# times as many images to train with. Does the network read more of the 1,000 unseen ones?

# %% [markdown] tags=["solution"]
# It does. No one has written a new digit, but the network has learned that the answer does not depend on the exact
# place. This is called data augmentation.

# %% tags=["solution"]
images = x_train.reshape(-1, 28, 28)
shifted = [
    np.roll(images, step, axis).reshape(-1, 784)     # there is hardly any ink at the edges
    for axis in (1, 2) for step in (1, -1)
]
x_more, y_more = np.concatenate([x_train, *shifted]), np.tile(y_train, 5)

more = MLP([784, 128, 64, 10], rng=0, dtype=np.float64)
more.fit(x_more, y_more, epochs=10, batch_size=32, rng=0)
more_right = np.mean(more.predict(x_test) == y_test)
print(x_more.shape, f"{100 * more_right:.1f} %")
assert more_right - right > 3 * spread

# %% [markdown]
# <small>Data: Y. LeCun, C. Cortes, C. J. C. Burges, *The MNIST database of handwritten digits* (CC BY-SA 3.0). The
# form of the equations is that of M. Nielsen, [*Neural Networks and Deep
# Learning*](http://neuralnetworksanddeeplearning.com/chap2.html) (2015), chapter 2. How the weights are drawn: K. He
# et al., [*Delving Deep into Rectifiers*](https://arxiv.org/abs/1502.01852) (2015).</small>
