"""Networks: one file each, found through entry points."""
