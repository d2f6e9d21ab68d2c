"""The text engine: HarfBuzz shapes and rasterises; all is measured in em until it is drawn."""
