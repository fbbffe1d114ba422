"""Few numbers for many: PCA, the autoencoder, the variational autoencoder - scikit-learn's fit, transform, predict."""

from .autoencoder import Autoencoder
from .pca import PCA
from .vae import VAE, gaussian_kl

__all__ = ["PCA", "VAE", "Autoencoder", "gaussian_kl"]
