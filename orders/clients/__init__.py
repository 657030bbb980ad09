"""Outside services, one a module."""
