"""What the grid costs, as arithmetic: no database, no clock, no settings."""
