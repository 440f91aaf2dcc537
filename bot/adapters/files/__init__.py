"""Reads policies/ and prompts/: text files that people write. A fault names its file and line."""
