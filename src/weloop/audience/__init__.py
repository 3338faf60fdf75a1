"""What we note of persons: typed attributes, tags and companies; segments of persons."""
