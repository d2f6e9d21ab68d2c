"""`python -m socialpipe`."""

from socialpipe.cli import main

main()
