"""Websites, apps and other systems: a track API in, first-party short links, signed webhooks out."""
