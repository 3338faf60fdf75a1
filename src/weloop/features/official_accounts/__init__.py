"""What operators do with official accounts (公众号): scene codes, the replies they cause, and the menu."""
