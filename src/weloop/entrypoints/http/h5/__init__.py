"""The pages of staff phones: how a member comes in, and what the pages ask for."""
