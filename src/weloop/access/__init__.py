"""Who may use the console and what they did: users, sessions, one-time links, the audit log of operators' acts."""
