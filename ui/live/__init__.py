"""What is drawn while a network trains: views of its history, drawn with pyqtgraph."""
