"""The command `gyeop`: what can be asked of it, and how it answers what goes wrong - in one line, and a status not 0.

Status 0 is success, 1 a run that could not be made or ended badly, 2 wrong arguments, 130 Ctrl-C.
"""

import argparse
import math
import shlex
import sys

from .. import __version__

ABOUT_TRAIN = """\
Train a network on data that the library brings along, and keep all of it in a folder.

  gyeop train --data mnist --model cnn --epochs 3

What happens: the samples are shuffled anew each epoch and handed to the network in
batches; for each batch the loss is computed, its gradient by backpropagation, and
AdamW takes a step against it, at a rate that first rises, then falls to 0 along a
cosine. After each epoch the network is judged by data that it does not learn from.
"""
AFTER_TRAIN = """\
examples:
  gyeop train --data digits --model mlp            the smallest: seconds, on any machine
  gyeop train --data mnist --model cnn --shift 0   without augmentation: what does it cost?
  gyeop train --data constitution --epochs 15      a GPT on the letters of a Korean text: a minute
  gyeop train --epochs 20 --patience 3             until the loss on held-out data rises
  gyeop train --epochs 20 --resume                 go on after Ctrl-C, or after the power was gone

The folder holds log.csv (a row an epoch), model.safetensors (the weights; gyeop.train.load
reads them) and checkpoints/. On the CPU a run that was stopped and resumed gives the same
weights, bit for bit, as one that was not.
"""


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(2, f"{self.prog}: {message}; {self.prog} --help says more\n")


def _number(kind, at_least, above=-math.inf):
    """The type of an option: a number within bounds, or a message that says so."""
    words = {int: "a whole number", float: "a number"}[kind]
    bound = f"above {above:g}" if above > -math.inf else f"of at least {at_least}"

    def read(text):
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and value >= at_least and value > above):
            raise argparse.ArgumentTypeError(f"expected {words} {bound}, got {text!r}")
        return value

    return read


def parser():
    """What the command understands."""
    top = Parser(prog="gyeop", description="Train and look around with the library of the book Gyeop.")
    top.add_argument("--version", action="version", version=f"gyeop {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    info = commands.add_parser("info", help="the devices, versions and data that are here", description=_info.__doc__)
    info.set_defaults(run=_info)
    train = commands.add_parser(
        "train",
        help="train a network",
        description=ABOUT_TRAIN,
        epilog=AFTER_TRAIN,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    train.set_defaults(run=_train)
    _add_task(train.add_argument_group("what is learned"))
    _add_steps(train.add_argument_group("how it is learned"))
    _add_machine(train.add_argument_group("on what it runs"))
    _add_folder(train.add_argument_group("what is kept"))
    return top


def _add_task(group):
    data = ("mnist", "mnist-full", "fashion-mnist", "digits", "constitution")
    group.add_argument(
        "--data",
        choices=data,
        default="mnist",
        metavar="DATA",
        help="mnist (5,000 digits that come with the library; the default), digits (1,797 small ones), mnist-full or "
        "fashion-mnist (70,000 images each, fetched the first time), constitution (a Korean text, for gpt)",
    )
    group.add_argument(
        "--model",
        choices=("cnn", "mlp", "gpt"),
        metavar="MODEL",
        help="cnn (convolutional; the default for images), mlp (fully connected), gpt (the default for text)",
    )
    group.add_argument(
        "--shift",
        type=_number(int, 0),
        metavar="PIXELS",
        help="move each training image by up to so many pixels, anew each time: the network sees more than there is "
        "(default: 2 for images of 28 x 28, else 0)",
    )


def _add_steps(group):
    group.add_argument(
        "--epochs", type=_number(int, 1), default=3, metavar="N", help="how often each sample is learned (3)"
    )
    group.add_argument(
        "--batch-size",
        type=_number(int, 1),
        default=64,
        metavar="N",
        help="samples a step: more give a steadier gradient, fewer give more steps (64)",
    )
    group.add_argument(
        "--accumulate", type=_number(int, 1), default=1, metavar="N", help="batches a step, to save memory (1)"
    )
    group.add_argument(
        "--lr", type=_number(float, 0, above=0), default=3e-3, metavar="RATE", help="the highest learning rate (0.003)"
    )
    group.add_argument(
        "--weight-decay",
        type=_number(float, 0),
        default=0.01,
        metavar="STRENGTH",
        help="how strongly weights are pulled to 0 (0.01)",
    )
    group.add_argument(
        "--clip", type=_number(float, 0, above=0), default=1.0, metavar="NORM", help="the largest gradient's norm (1)"
    )
    group.add_argument(
        "--patience",
        type=_number(int, 1),
        metavar="N",
        help="stop when the loss on held-out data has not fallen for N epochs, and take the best weights",
    )
    group.add_argument("--seed", type=_number(int, 0), default=0, metavar="N", help="the same seed, the same run (0)")


def _add_machine(group):
    group.add_argument("--device", default="auto", help="cpu, cuda, cuda:1, mps; auto takes the best there is (auto)")
    group.add_argument(
        "--precision",
        choices=("auto", "float32", "bf16"),
        default="auto",
        metavar="P",
        help="float32, bf16 (half the bits, faster on a GPU made for it), auto: what suits the device (auto)",
    )
    group.add_argument("--compile", action="store_true", help="let torch.compile make faster code; slow to begin with")


def _add_folder(group):
    group.add_argument("--folder", metavar="PATH", help="where the run is kept (runs/DATA-MODEL)")
    group.add_argument("--resume", action="store_true", help="go on with the run in the folder, if there is one")
    group.add_argument(
        "--save-every", type=_number(int, 1), metavar="N", help="a checkpoint every N steps, and after each epoch"
    )
    group.add_argument(
        "--keep", type=_number(int, 1), default=3, metavar="N", help="how many of the checkpoints are kept (3)"
    )
    group.add_argument("--tensorboard", action="store_true", help="write curves for TensorBoard too")
    group.add_argument("--picture", metavar="PATH", help="draw the learning curves to this .svg, .png or .pdf")
    group.add_argument("--quiet", action="store_true", help="no progress bars")


def _info(arguments):
    """Say what is here: versions, devices, data."""
    from .info import show

    show()


def _train(arguments):
    try:
        from .training import train
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f"it needs {error.name}: pip install 'gyeop[torch]'", name=error.name) from error
    train(arguments)


def main(arguments=None):
    """Do what the arguments, those of the command line if None, ask for; returns the exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    chosen = parser().parse_args(given)
    try:
        chosen.run(chosen)
    except KeyboardInterrupt as stopped:
        print(f"\ngyeop {given[0]}: {stopped or 'stopped'}", file=sys.stderr)
        if str(stopped) and "--resume" not in given:
            given = [*given, "--resume"]
        if str(stopped):
            print(f"  gyeop {shlex.join(given)}", file=sys.stderr)
        return 130
    except (ValueError, ArithmeticError, OSError, ModuleNotFoundError) as error:
        print(f"gyeop {given[0]}: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    return 0
