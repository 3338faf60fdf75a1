"""Webhooks: events go out, signed, to systems of the company. The form is that of Standard Webhooks."""
