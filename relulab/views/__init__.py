"""What is shown of an experiment, once for the window, the reports and the exports: frozen data and its words."""
