"""Tags that write figures in the pages of the portraits."""
