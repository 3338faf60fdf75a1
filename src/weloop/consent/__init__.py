"""Consent: who wants to be written to and who does not, with the evidence; holds; what people signed up for; the rules
of how often and when (联系频率与合规). Policy reads it when a message is about to leave."""
