"""A simulator of WeChat and WeCom that speaks their real wire; usable by any project that tests WeChat code."""
