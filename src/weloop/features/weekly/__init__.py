"""周报: what a week brought, what changed, and what to do next."""
