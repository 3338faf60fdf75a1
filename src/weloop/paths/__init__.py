"""Paths (获客路径): stages joined by hops, and how far every person has come on them."""
