"""Group chats (社群): who is in them, their charters, and the join ways (自动拉群) that lead into them."""
