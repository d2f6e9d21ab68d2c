"""From bytes to blocks: charset, cleaning, and one reader a format."""
