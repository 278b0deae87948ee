"""In how many directions the outputs of a layer really vary.

Roy & Vetterli 2007, "The effective rank": exp(-Σ p·ln p) with p = σ / Σσ, σ the singular values of the
centred activations. A layer of any width whose units all do the same has effective rank 1.
"""

import torch

from relulab.measurements.covariance import Covariance


def effective_rank(units: Covariance) -> float:
    """Between 1 and the number of units; 0 where nothing varies at all; NaN where a value is not finite."""
    if not bool(torch.isfinite(units.products).all()):
        return float("nan")
    # The eigenvalues of HᵀH are the squares of H's singular values.
    singular = torch.linalg.eigvalsh(units.products).clamp_(min=0.0).sqrt_()
    total = singular.sum()
    if total == 0.0:
        return 0.0
    return float(torch.special.entr(singular / total).sum().exp())
