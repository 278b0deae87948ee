"""The canvas that draws a network: pictures of units, lines of weights, marks, and the formula of a unit."""
