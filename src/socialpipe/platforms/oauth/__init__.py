"""How a network hands out credentials: facts of each, and one flow for all of them."""
