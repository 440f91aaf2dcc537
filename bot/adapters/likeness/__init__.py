"""Likeness to examples: `model` is applied at every check, `training` runs when examples have changed."""

from bot.adapters.likeness.model import LikenessModel, read
from bot.adapters.likeness.prior import Prior, shipped
from bot.adapters.likeness.training import Sample, train

__all__ = ["LikenessModel", "Prior", "Sample", "read", "shipped", "train"]
