"""Durable commands: what is sent to a platform is first a row, and every attempt leaves its outcome."""
