"""Everything that is neither Flask nor Klein: the models, their training, their store and the HTTP contract."""

__version__ = "0.1.0"
