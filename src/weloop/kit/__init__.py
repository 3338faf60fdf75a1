"""Building blocks without a word of the domain: database, clock, claims, ids, crypto at rest, live updates."""
