"""One file a version; the number comes first."""
