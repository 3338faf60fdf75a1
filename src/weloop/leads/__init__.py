"""Leads: score, stages, assignment, clocks and follow-ups."""
