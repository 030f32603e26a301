"""The register of sites: where people come, what they find there, when it is open."""
