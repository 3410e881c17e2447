"""``make app``: the FiftyOne App, with the plugin in it, on both label sets."""
