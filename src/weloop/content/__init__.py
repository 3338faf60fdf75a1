"""Files that operators upload and the media ids platforms gave for them."""
