"""The domain's words as frozen values; see `docs/glossary.md`."""
