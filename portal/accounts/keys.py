"""The random keys in links and cookies. Only hashes of them are stored; of so many bits they need no salt."""

import hashlib


def hash_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
