"""The SQLite read model: records in (apply), positions worked out (settle), pages out (queries)."""
