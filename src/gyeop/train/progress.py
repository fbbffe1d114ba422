"""A bar that shows how far an epoch is: the loss so far, the learning rate, samples a second (by tqdm)."""

import sys
import time

from tqdm import tqdm


class Bar:
    """The bar of one epoch on the standard error stream. `shown=False` makes it a silent one."""

    SECONDS = 0.2  # between two looks at the loss: each makes the program wait for a GPU

    def __init__(self, name, samples=None, done=0, shown=True):
        bar = {"unit": " samples", "unit_scale": True, "dynamic_ncols": True, "file": sys.stderr}
        self.bar = tqdm(desc=name, total=samples, initial=done, disable=not shown, **bar)
        self.looked = 0.0

    def step(self, samples, loss, rate):
        """Go on by a number of samples; `loss()` gives the mean loss so far."""
        if self.bar.disable:
            return
        if time.monotonic() - self.looked > self.SECONDS:
            self.bar.set_postfix_str(f"loss {loss():.4g}, rate {rate:.3g}", refresh=False)
            self.looked = time.monotonic()
        self.bar.update(samples)

    def end(self, text):
        """Show `text`, how the epoch ended, and leave the bar as it is."""
        self.bar.set_postfix_str(text)
        self.bar.close()

    def close(self):
        self.bar.close()
