"""What makes a call-off right, and how its codes are written. Pure: no database, no clock, no settings."""
