"""The baseline (基线体检): what a company knows on its first day, and what cannot be told yet."""
