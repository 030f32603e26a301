"""Communes, intercommunalités, départements, régions: what they are called and where they lie."""
