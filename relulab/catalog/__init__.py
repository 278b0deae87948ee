"""What can be chosen: one frozen entry per activation, initialization, layer, loss, optimizer, …

Nothing in here imports torch when it is imported: the window shows these entries before torch is loaded.
"""
