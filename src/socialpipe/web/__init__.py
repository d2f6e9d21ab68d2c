"""Pages, API and health."""
