"""The Stancewatch message contract: models, codec, topics and examples, all from `schemas/`.

    from stancewatch_schemas.models import Article, Statement, StanceChange, DeadLetter
    from stancewatch_schemas.codec import decode, encode
    from stancewatch_schemas.topics import TOPICS

The models module is generated; it is not imported here, so that a command that needs none starts fast.
"""
