"""First-party short links: an address of ours that leads to a page and tells by which code somebody came."""
