"""Every write of outages, of what customers are told of them, and of reported hazards."""
