"""Pure pictures: templates, layout, text engine, drawing, encoding."""
