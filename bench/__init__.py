"""Benches: what must hold is a ratio, measured in one run on one machine, so that the machine does not matter."""
