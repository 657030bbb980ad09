"""Metering points and their readings: import, storage as day rows, and what customers see of them."""
