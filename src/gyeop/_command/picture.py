"""Learning curves: how loss and accuracy went, epoch by epoch."""

from matplotlib.figure import Figure


def draw(history, path):
    """Draw the losses, and beside them the accuracy if there is one, to a file of the kind that its name ends in."""
    figure = Figure(figsize=(8 if history.validation_accuracy else 4.5, 3.2), layout="constrained")
    axes = figure.subplots(1, 2 if history.validation_accuracy else 1, squeeze=False)[0]
    epochs = range(1, len(history.train_loss) + 1)
    axes[0].plot(epochs, history.train_loss, marker="o", label="training")
    axes[0].plot(epochs, history.validation_loss, marker="s", label="held out")
    axes[0].set(xlabel="epoch", ylabel="loss", ylim=(0, None))
    axes[0].legend()
    if history.validation_accuracy:
        axes[1].plot(epochs, history.validation_accuracy, marker="s", color="C1")
        axes[1].set(xlabel="epoch", ylabel="accuracy on held-out data")
    for one in axes:
        one.xaxis.get_major_locator().set_params(integer=True)
        one.grid(alpha=0.3)
    figure.savefig(path)
