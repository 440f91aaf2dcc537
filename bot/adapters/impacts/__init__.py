"""Footprints by EcoLogits, with the terms it leaves out: input tokens, doubt, one's own machine.

`library.py` asks EcoLogits, `models.py` names what it does not, `factors.py` reads an accountant's own
factors; here they become a Footprint. What cannot be told is None with a warning, never 0.
"""

from __future__ import annotations

from bot.adapters.impacts.estimate import EcoLogitsImpacts, figures
from bot.adapters.impacts.factors import Factors, read_factors

__all__ = ["EcoLogitsImpacts", "Factors", "figures", "read_factors"]
