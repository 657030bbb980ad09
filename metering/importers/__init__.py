"""Readers of meter files: one module a format, chosen by the content of the file (see ``detect``)."""
