"""The server API and callbacks of WeCom (企业微信), self-built apps."""
