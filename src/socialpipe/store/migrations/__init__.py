"""How databases of older versions become what the tables say."""
