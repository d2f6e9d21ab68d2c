"""socialpipe: an article in, a week of on-brand posts out."""

__version__ = "0.1.0"
