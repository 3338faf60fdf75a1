"""WeLoop 微环: plans, runs, measures and improves a company's paths inside WeChat."""

__version__ = "0.1.0"
