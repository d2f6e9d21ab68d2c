"""Pure time: slots, retries, lateness."""
