"""How well the models answer; `docs/models.md` shows and explains the results."""
