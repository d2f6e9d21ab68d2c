"""Pure text: read, digest, hashtags, count, fit, compose."""
