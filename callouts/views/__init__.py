"""Pages of the call-offs."""
