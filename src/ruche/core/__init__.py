"""What every page shares and that knows no domain: base templates, components, styles, formats."""
