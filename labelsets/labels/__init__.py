"""Label documents to arrays and back: the one room that handles raw documents."""
