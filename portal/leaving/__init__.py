"""What waits for staff, and what they leave as it is: the row says who left it and when, and then waits no more."""
