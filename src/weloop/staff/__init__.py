"""Members of the WeCom corps, as the platform lists them."""
