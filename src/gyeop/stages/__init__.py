"""One task, three stages of programming: which digit does an image show?

`Rules`         a person writes every step; nothing is learned
`HandFeatures`  a person says what to measure; how the measures decide is learned from labels
`Network`       pixels go in; what to measure is learned as well

Two further stages - features learned beforehand, and a model told the task in its prompt - need torch: `gyeop.models`.
The stages are those of A. Karpathy, Software 2.0 (2017), where "1.0" is code and "2.0" a network's weights.

Each has `fit(x, y)`, `predict(x)` and `score(x, y)`. x (batch, side * side) holds square images as rows, ink high and
paper low, as `load_digits` and `load_mnist` give them; y (batch,) holds labels from 0 to 9. With the 4,000 images of
`load_mnist` the three get about 80, 94 and 96 % of the 1,000 held out.
"""

from .classifiers import HandFeatures, Network, Rules
from .measures import FEATURES, hand_features

__all__ = ["FEATURES", "HandFeatures", "Network", "Rules", "hand_features"]
