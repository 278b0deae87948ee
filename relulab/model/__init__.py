"""Shapes, construction and size of networks."""
