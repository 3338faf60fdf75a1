"""Broadcasts (群发): one message to many people, through members, as service messages, or by an account's 群发."""
