"""Pages and downloads of mission 5: a request in, a query or two, a template out."""
