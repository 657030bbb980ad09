"""Signing in through an OpenID provider such as ID-porten, with a client of the tenant's own (decision 0009)."""
