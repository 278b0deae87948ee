"""Looking into one network: what each unit computes, the pieces in which it is affine, one input's way through it.

For the eye and for Python; nothing here is judged, and nothing changes a network.
"""
