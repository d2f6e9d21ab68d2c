"""Pixels: masks, gradients, shadows, glass and text on a Pillow canvas."""
