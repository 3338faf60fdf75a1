"""Mass messages that members must confirm (企业群发): who shall get what, merged into few tasks a member and day."""
