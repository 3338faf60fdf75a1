"""Campaigns (活动) as operators see them: each with its codes, its costs and who came by it."""
