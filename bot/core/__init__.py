"""The words Sobria speaks, pure: no clock, network, file or platform. "Now" is always an argument."""
