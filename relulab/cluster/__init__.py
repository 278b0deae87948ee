"""A sweep over many processes, on this machine or on others, by Dask (the extra ``cluster``)."""
