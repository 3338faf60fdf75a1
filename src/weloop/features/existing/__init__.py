"""Followers and customers that were there before we were (存量): fetched page by page, on demand and every night."""
