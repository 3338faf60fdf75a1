"""Campaigns (活动): what the company does at a time for a purpose, and what it costs."""
