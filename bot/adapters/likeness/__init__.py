"""Likeness to examples: `model` is applied at every check, `training` runs when examples have changed."""

from bot.adapters.likeness.meanings import Meanings, shipped
from bot.adapters.likeness.model import LikenessModel, read
from bot.adapters.likeness.training import Sample, train

__all__ = ["LikenessModel", "Meanings", "Sample", "read", "shipped", "train"]
