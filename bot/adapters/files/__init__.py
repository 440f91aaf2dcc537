"""Reads policies/ and prompts/: text files that people write. A fault names its file and line."""

from bot.adapters.files import lessons as lessons
from bot.adapters.files import policy as policy
from bot.adapters.files import prompts as prompts
