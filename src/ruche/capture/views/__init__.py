"""What the offline client loads, and what it sends."""
