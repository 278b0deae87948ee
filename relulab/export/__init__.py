"""What leaves the lab: code that computes the same without ReLU Lab, and results in other programs' formats."""
