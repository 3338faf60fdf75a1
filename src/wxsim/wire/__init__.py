"""The wire: calls in, callbacks out, as the platform's documents have them."""
