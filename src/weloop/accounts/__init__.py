"""The accounts this organisation owns at WeChat and WeCom: sealed credentials, API address, tokens, state."""
