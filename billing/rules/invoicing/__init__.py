"""What an invoice is, whether it is right, where it stands, and why it differs from the one before. Pure."""
