"""The server API and callbacks of official accounts (公众号, 服务号)."""
