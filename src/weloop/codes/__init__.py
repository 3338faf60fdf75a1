"""State codes (来源标识): every code by which somebody may come, and the campaign and article it belongs to."""
