"""Pure rules of outages: who is touched, how far along it is, and what is wrong with what somebody wrote."""
