"""The features of the window: the panel, the controller and the dialogs of one subject lie together."""
