"""WeChat official accounts (公众号): service and subscription accounts."""
