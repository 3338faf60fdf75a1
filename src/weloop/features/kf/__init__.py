"""WeChat customer service (微信客服): reading what was said there, durably and once."""
