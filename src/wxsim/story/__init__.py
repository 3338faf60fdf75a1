"""Stories: what happens in a world day by day, planned from a seed and played act by act."""
