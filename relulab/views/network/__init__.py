"""The network itself as a picture: which columns it has, where everything lies, which lines are drawn, what it says.

Frozen data without Qt: the canvas of the window, the figure of a report and Python draw the same.
"""
