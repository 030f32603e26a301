"""The public site: the network, its missions, its principles, its members."""
