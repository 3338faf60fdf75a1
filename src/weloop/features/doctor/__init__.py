"""Examination (体检) of connected accounts: what works, what does not, why, and what to do about it."""
