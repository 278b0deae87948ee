"""What is measured, against what: ratios within one run, medians of interleaved repeats."""
