"""A public exam: experiments known to be ill or healthy, and the published detectors of other tools, rebuilt."""
