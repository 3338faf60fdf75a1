"""Asynchronous client of the official WeChat and WeCom server APIs, and the codec of their callbacks.

It stands alone. One folder per platform (``wecom``, ``official_account``), in it one file per noun of the platform's
documentation. ``callback`` reads and writes what the platforms push.
"""
