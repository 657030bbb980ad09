"""The pages of outages and hazards; most of them are open to everyone."""
