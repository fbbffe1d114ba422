"""Training on the CPU or a GPU, by plain torch: a loop, weights on disk, and a run that can be taken up again exactly.

`Trainer(model, loss, optimizer).fit(loader, validation)` learns and gives the same `History` as `gyeop.MLP.fit`;
`save` and `load` keep the weights. What it needs comes with `pip install 'gyeop[torch]'`.
"""

from .evaluation import Evaluation
from .trainer import Trainer
from .weights import load, save

__all__ = ["Evaluation", "Trainer", "load", "save"]
