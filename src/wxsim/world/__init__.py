"""The world behind the wire: people, staff, accounts, codes, chats, and what they do to one another."""
