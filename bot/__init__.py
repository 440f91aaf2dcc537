"""Sobria."""
