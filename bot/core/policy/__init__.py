"""The policy: what a text contains, which rules it meets, and what is therefore decided.

Read `verdict.py` first (what comes out), then `finding.py` (what the detectors see), then `engine.py`.
"""
