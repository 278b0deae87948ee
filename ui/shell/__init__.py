"""What is around the panels: the window, its commands and menus, the theme, the tour, the help."""
