"""Verification files (域名校验文件): what WeChat and WeCom ask for at the root of a domain before they trust it."""
