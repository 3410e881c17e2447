"""How every object of the example is drawn, one module a kind."""
