# ---
# description: 784-128-64-10 신경망을 네 방정식과 NumPy만으로 학습시켜, 처음 보는 손글씨 숫자 1,000장을 읽게 합니다.
# ---

# %% [markdown]
# # 밑바닥부터 만드는 MNIST 분류기 { #mnist-from-scratch }
#
# 손으로 쓴 4와 9를 가르는 규칙을 써 보십시오. "위가 열려 있으면 4"라고 쓰면 위를 붙여 쓴 4에서 틀리고, 예외를 하나 더하면 다른 글씨에서 틀립니다.
# 신경망(neural network)에는 이런 규칙 대신 수 109,386개가 있습니다. 답이 달린 그림 4,000장을 보여 주면 신경망은 그 수들을 조금씩 고쳐 갑니다.
#
# 이 실습을 마치면 역전파(backpropagation)의 네 방정식을 NumPy로 쓰고, 그것만으로 신경망을 학습(training)시켜, 처음 보는 숫자 1,000장 가운데 900장 넘게
# 읽게 할 수 있습니다. 어떤 숫자를 틀리는지도 그림으로 봅니다. 노트북 컴퓨터에서 1분이면 됩니다.
#
# - **먼저 읽을 것**: [순전파](../core/forward-pass.md), [역전파의 네 방정식](../course/backprop-equations.md).
# - **층(layer)과 기호**: 1층이 입력, 4층이 출력입니다. $W^l$과 $b^l$은 $l$층으로 들어오는 가중치(weight)와 편향(bias), $z^l$과
#   $a^l$은 $l$층의 활성화 함수(activation function)를 지나기 전과 지난 뒤의 값입니다. 위 첨자는 층 번호이지 거듭제곱이 아닙니다.
# - **행**: 모든 배열에서 한 행이 그림 한 장입니다.

# %% [markdown]
# ## 숫자 5,000장 { #data }
#
# MNIST는 사람들이 손으로 쓴 숫자를 가로세로 28칸으로 줄여 모은 자료입니다. 라이브러리에는 그 가운데 5,000장이 들어 있습니다. 4,000장으로 학습하고
# 1,000장은 시험에만 씁니다. 그림 한 장은 픽셀(pixel) 784개를 한 줄로 편 것이고, 0은 바탕, 1은 잉크입니다.

# %%
import matplotlib.pyplot as plt
import numpy as np

from gyeop.data import load_mnist

x_train, y_train, x_test, y_test = load_mnist()
# float64: 검산에 쓸 자릿수를 넉넉하게
x_train, x_test = x_train.astype(float), x_test.astype(float)
print(x_train.shape, x_test.shape)
print(x_train.min(), x_train.max())
print(np.bincount(y_train))
print(np.bincount(y_test))

# %% [markdown]
# 마지막 두 줄은 숫자 0부터 9까지의 장수입니다. 학습할 그림은 숫자마다 400장, 시험할 그림은 100장씩 있습니다. 그러므로 아무 숫자나 하나만 답하면 열에 하나를
# 맞힙니다. 앞으로 나올 정확도는 이 10%와 견주어 읽으십시오.

# %%
fig, axes = plt.subplots(3, 10, figsize=(6, 2))
for digit, column in enumerate(axes.T):
    for image, ax in zip(x_train[y_train == digit], column):
        ax.imshow(image.reshape(28, 28), cmap="gray")
        ax.axis("off")

# %% [markdown]
# ![손글씨 숫자 30장. 왼쪽 열부터 0, 1, …, 9이고 열마다 석 장입니다. 같은 숫자라도 기울기와 굵기, 획을 잇는 방식이 서로 다릅니다.](figure)

# %% [markdown]
# ## 수 109,386개 { #network }
#
# 은닉층(hidden layer)을 두 개 둡니다. 유닛(unit)은 128개와 64개이고, 출력은 숫자마다 하나씩 10개입니다. 가중치는 평균이 0,
# 분산(variance)이 $2 / n$인 정규분포에서 뽑습니다. 여기서 $n$은 앞 층의 유닛 수입니다. 이렇게 뽑으면 층을 지나도 값의 크기가 비슷하게 유지됩니다. 편향은
# 0에서 시작합니다.

# %%
rng = np.random.default_rng(0)
sizes = {1: 784, 2: 128, 3: 64, 4: 10}     # 층 번호: 유닛 수
W, b = {}, {}
for l in (2, 3, 4):
    W[l] = rng.normal(0, np.sqrt(2 / sizes[l - 1]), (sizes[l], sizes[l - 1]))
    b[l] = np.zeros(sizes[l])
    print(f"W{l}: {W[l].shape}   b{l}: {b[l].shape}")
W_start = {l: W[l].copy() for l in W}      # 뒤에서 같은 출발점이 한 번 더 필요함
print(f"{sum(W[l].size + b[l].size for l in W):,}")

# %% [markdown]
# 2층과 3층의 활성화 함수는 ReLU입니다. 0보다 작으면 0, 크면 그대로입니다. 출력층에서는 소프트맥스(softmax)가 수 10개를 합이 1인 확률로 바꿉니다.
# 손실(loss)은 정답의 확률에 로그를 씌우고 부호를 바꾼 교차 엔트로피(cross-entropy)이며, 그림 $n$장에 대해 평균을 냅니다.
#
# $$C = -\frac{1}{n} \sum_{i=1}^{n} \ln a^4_{i, y_i}$$
#
# 여기서 $a^4_{i, y_i}$는 $i$번째 그림에서 정답 $y_i$가 받은 확률입니다.

# %%
def relu(z):
    return np.maximum(z, 0)

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))     # 최댓값을 빼도 비는 같음
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
# 열 가지 답에 똑같이 $1/10$씩 확률을 주면 손실은 $\ln 10$입니다. 아직 배운 것이 없는 신경망의 손실도 그 언저리이고, 열에 하나쯤 맞힙니다.

# %% [markdown]
# ## 네 방정식 { #four-equations }
#
# $l$층의 오차(error) $\delta^l = \partial C / \partial z^l$은 출력층부터 거꾸로 구합니다. 소프트맥스와 교차 엔트로피를 함께 쓰면
# 출력층의 오차는 확률에서 정답을 뺀 것이 됩니다. 정답 $Y$는 정답 자리만 1인 행을 쌓은 행렬이고, 코드에서는 `np.eye(10)[y]`입니다. 그림 $n$장의
# 평균이므로 $n$으로 나눕니다.
#
# $$\delta^4 = \frac{a^4 - Y}{n}$$
#
# $$\delta^l = (\delta^{l+1} W^{l+1}) \odot \mathrm{relu}'(z^l)$$
#
# $$\nabla_{b^l} C = \sum_i \delta^l_i$$
#
# $$\nabla_{W^l} C = (\delta^l)^{\mathsf T} a^{l-1}$$
#
# $\odot$ 기호는 같은 자리의 성분끼리 곱하라는 뜻이고, $\delta^l_i$는 $\delta^l$의 $i$번째 행입니다. 한 행이 그림 한 장이므로 셋째 식은 행을
# 모두 더합니다. 넷째 식의 합은 행렬 곱 안에서 이루어집니다. $\mathrm{relu}'(z)$는 $z$가 0보다 크면 1, 아니면 0입니다.

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
# ## 학습하기 전에 검산합니다 { #check }
#
# 편미분은 가중치 하나를 조금 움직였을 때 손실이 변하는 비율입니다. 층마다 편미분이 가장 큰 가중치를 골라 양쪽으로 $\varepsilon = 10^{-6}$만큼 움직여
# 봅니다. 네 방정식의 값과 나란히 놓으면 소수 여섯째 자리까지 같습니다.

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
# 세 개가 맞는다고 나머지도 맞는다는 법은 없습니다. 그렇다고 109,386개를 하나씩 움직이면 순전파(forward pass)를 20만 번 넘게 해야 합니다. 대신 모든
# 가중치와 편향을 무작위 방향 $u$로 **한꺼번에** 움직입니다. 손실이 변하는 비율은 편미분마다 그 방향의 성분을 곱해 더한 값과 같아야 합니다. 편미분 어느 하나가
# 틀리면 합도 틀립니다.

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
# ## 학습 { #training }
#
# 그림을 섞어 32장씩 미니배치(mini-batch)로 나눕니다. 미니배치마다 기울기(gradient)를 구해 학습률(learning rate)
# $\eta = 0.1$을 곱하고, 가중치와 편향에서 뺍니다. 4,000장을 한 번 다 보면 한 에폭(epoch)이고, 열 에폭을 돕니다. 시험할 1,000장은 재기만 하고 가중치를 고치는 데에는
# 쓰지 않습니다.

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
# 왼쪽부터 에폭, 학습한 4,000장의 손실, 처음 보는 1,000장의 손실, 처음 보는 1,000장에서 맞힌 비율(%)입니다. 첫 에폭이 끝났을 때 이미 열에 여덟 넘게
# 맞힙니다.

# %%
t, seen, unseen = np.array(curve).T
fig, ax = plt.subplots(figsize=(6, 3))
ax.plot(t, seen, label="n = 4000")
ax.plot(t, unseen, label="n = 1000")
ax.set(xlabel="t", ylabel="C", ylim=(0, None))
ax.legend();

# %% [markdown]
# ![에폭 t에 따른 손실 C를 그린 두 곡선. 학습한 4,000장의 손실은 0에 가깝게 계속 내려갑니다. 처음 보는 1,000장의 손실은 0.25 근처에서 더 내려가지
# 않습니다.](figure)
#
# 오른쪽 끝을 보십시오. 학습한 그림의 손실은 계속 내려가는데 처음 보는 그림의 손실은 멈춥니다. 이때부터 신경망은 숫자의 모양보다 4,000장 자체를 외우는 쪽으로
# 기웁니다. 이것을 과적합(overfitting)이라고 합니다. 연습 문제 1과 4에서 이어집니다.

# %% [markdown]
# ## 처음 보는 1,000장 { #result }
#
# 1,000장 가운데 몇 장을 맞혔는지, 그 비율을 얼마나 믿을 수 있는지 함께 봅니다.

# %%
predicted = predict(W, b, x_test)
right = np.mean(predicted == y_test)
spread = np.sqrt(right * (1 - right) / len(y_test))
print(f"{np.sum(predicted == y_test)} / {len(y_test)}")
print(f"{100 * right:.1f} ± {100 * spread:.1f} %")
assert right > 0.9

# %% [markdown]
# 둘째 줄의 ± 뒤는 표준오차(standard error)입니다. 그림을 1,000장만 보았으므로, 다른 1,000장으로 재면 이만큼은 예사로 달라집니다. 정확도가 0.5%p
# 다른 두 신경망을 이 자료로 비교해 어느 쪽이 낫다고 말할 수는 없습니다.

# %% [markdown]
# ## 무엇을 무엇으로 읽었을까요? { #confusion }
#
# 혼동 행렬(confusion matrix)은 정답이 $y$인 그림을 $\hat{y}$로 읽은 횟수를 $y$행 $\hat{y}$열에 적은 표입니다. 대각선은 맞힌 수이고,
# 나머지는 모두 틀린 것입니다.

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
# ![혼동 행렬. 행은 정답, 열은 신경망의 답입니다. 대각선의 수는 모두 80을 넘고, 나머지 칸은 대부분 비었거나 한 자릿수입니다.](figure)

# %%
wrong = confusion - np.diag(confusion.diagonal())
for i, j in np.argwhere(wrong >= np.sort(wrong.ravel())[-4]):
    print(f"{i} -> {j}: {wrong[i, j]}")

# %% [markdown]
# 가장 자주 나온 혼동입니다. 화살표 왼쪽이 정답, 오른쪽이 신경망의 답입니다. 글씨로 써 놓고 보면 사람도 망설일 만한 짝들입니다.

# %% [markdown]
# ## 가장 크게 틀린 열 장 { #worst }
#
# 정답에 가장 작은 확률을 준 그림부터 열 장을 늘어놓습니다. 손실이 가장 큰 그림들입니다.

# %%
_, a = forward(W, b, x_test)
belief = a[4][np.arange(len(y_test)), y_test]     # 정답이 받은 확률
worst = belief.argsort()[:10]

fig, axes = plt.subplots(2, 5, figsize=(6, 3))
for i, ax in zip(worst, axes.ravel()):
    ax.imshow(x_test[i].reshape(28, 28), cmap="gray")
    ax.set_title(f"{y_test[i]} → {predicted[i]}")
    ax.axis("off")
print(a[4][worst].max(axis=1).round(2))
assert np.sum(a[4][worst].max(axis=1) > 0.9) == 7

# %% [markdown]
# ![가장 크게 틀린 손글씨 열 장. 그림마다 위에 정답과 신경망의 답이 화살표로 적혀 있습니다. 2와 3이 넉 장씩이고, 납작하게 눌린 2와 획 끝이 길게 말린 3이
# 보입니다.](figure)
#
# 열 장 가운데 여덟 장이 2나 3입니다. 혼동 행렬의 대각선에서도 이 두 숫자를 맞힌 수가 가장 작습니다. 다른 숫자보다 쓰는 모양이 여러 가지인데, 학습할 그림은 똑같이
# 400장뿐이기 때문이라고 짐작할 수 있습니다.
#
# 출력한 수는 신경망이 틀린 답에 준 확률입니다. 열 장 가운데 일곱 장에서 이 확률이 0.9를 넘습니다. 이렇게 자신 있게 틀리기도 하므로, 신경망이
# 내놓은 확률을 맞힐 확률로 그대로 읽으면 안 됩니다.

# %% [markdown]
# ## 라이브러리로는 세 줄입니다 { #in-the-library }
#
# `gyeop.MLP`는 이 페이지와 같은 네 방정식으로 학습합니다. 같은 씨앗을 주면 같은 가중치에서 출발하고 같은 차례로 그림을 봅니다.

# %%
from gyeop import MLP

net = MLP([784, 128, 64, 10], rng=0, dtype=np.float64)
assert all(np.array_equal(net.weights[l - 2], W_start[l]) for l in W)

net.fit(x_train, y_train, epochs=10, batch_size=32, rng=0)
print(np.mean(net.predict(x_test) == y_test))
for l in W:
    assert np.allclose(net.weights[l - 2], W[l], rtol=0, atol=1e-6)

# %% [markdown]
# 마지막 `assert`는 학습을 마친 가중치 109,184개를 하나하나 비교합니다. 위에서 쓴 반복문과 라이브러리가 같은 곳에 이르렀습니다.

# %% [markdown]
# ## 직접 해 보기 { #try-it }
#
# **1.** 에폭을 10번에서 30번으로 늘리면 두 손실은 각각 어떻게 됩니까? 먼저 예상한 다음 `MLP.fit`의 `validation`으로 확인해 보십시오.

# %% [markdown] tags=["solution"]
# 학습한 그림의 손실은 계속 내려가고, 처음 보는 그림의 손실은 도로 올라갑니다. 정확도는 거의 그대로입니다. 맞히는 수는
# 비슷한데 틀릴 때 더 자신 있게 틀리기 때문입니다. 끝의 두 수는 틀린 답에 준 확률의 평균이고, 앞이 10번, 뒤가 30번 돌았을 때입니다.

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
# **2.** 가중치를 모두 0에서 시작하면 정확도가 몇 %입니까? 돌려 보기 전에 네 방정식을 보고 답해 보십시오.

# %% [markdown] tags=["solution"]
# 10%입니다. $W^4$가 0이면 둘째 식에서 $\delta^3$과 $\delta^2$가 0이 되고, $a^3$이 0이므로 넷째 식에서 $W^4$의 기울기도 0입니다.
# 출력층의 편향만 움직이며, 편향은 그림을 보지 않으므로 어느 그림에나 같은 답을 합니다.

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
# **3.** 은닉층은 정확도를 얼마나 올려 줍니까? 은닉층이 없는 784-10 신경망을 같은 방법으로 학습시켜 비교해 보십시오.

# %% [markdown] tags=["solution"]
# 은닉층이 없어도 열에 아홉은 맞힙니다. 은닉층을 두면 틀리는 수가 100장에서 69장으로 줄어듭니다. 이 차이는 표준오차의 세 배보다 크므로 우연으로 보기 어렵습니다.

# %% tags=["solution"]
linear = MLP([784, 10], rng=0, dtype=np.float64)
linear.fit(x_train, y_train, epochs=10, batch_size=32, rng=0)
linear_right = np.mean(linear.predict(x_test) == y_test)
print(f"{100 * linear_right:.1f} %   {100 * right:.1f} %")
assert right - linear_right > 3 * spread

# %% [markdown]
# **4.** 그림을 상하좌우로 한 픽셀씩 옮겨도 같은 숫자입니다. 이 사실로 학습할 그림을 다섯 배로 늘려 보십시오. 처음 보는 1,000장에서 더 많이 맞힙니까?

# %% [markdown] tags=["solution"]
# 더 많이 맞힙니다. 새로 쓴 글씨는 한 장도 없지만, 글씨의 위치가 조금 달라도 답이 같다는 것을 신경망이 배웠습니다. 이것을 데이터 증강(data
# augmentation)이라고 합니다.

# %% tags=["solution"]
images = x_train.reshape(-1, 28, 28)
shifted = [
    np.roll(images, step, axis).reshape(-1, 784)     # 가장자리에는 잉크가 거의 없음
    for axis in (1, 2) for step in (1, -1)
]
x_more, y_more = np.concatenate([x_train, *shifted]), np.tile(y_train, 5)

more = MLP([784, 128, 64, 10], rng=0, dtype=np.float64)
more.fit(x_more, y_more, epochs=10, batch_size=32, rng=0)
more_right = np.mean(more.predict(x_test) == y_test)
print(x_more.shape, f"{100 * more_right:.1f} %")
assert more_right - right > 3 * spread

# %% [markdown]
# <small>데이터: Y. LeCun, C. Cortes, C. J. C. Burges, *The MNIST database of handwritten digits* (CC
# BY-SA 3.0). 방정식의 꼴은 M. Nielsen, [*Neural Networks and Deep
# Learning*](http://neuralnetworksanddeeplearning.com/chap2.html) (2015) 2장을 따릅니다. 가중치를 뽑는 방법은 K.
# He 외, [*Delving Deep into Rectifiers*](https://arxiv.org/abs/1502.01852) (2015)에서 왔습니다.</small>
