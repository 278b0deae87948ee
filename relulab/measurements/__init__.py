"""One measurement per file: each takes tensors and returns numbers, and has a naive reference test."""
