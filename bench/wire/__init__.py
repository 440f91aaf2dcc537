"""Measuring over HTTP: a model that answers at once, and the load on whatever stands before it."""
