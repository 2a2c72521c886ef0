-- The read model. Everything in it can be rebuilt from the topics.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Written in the same transaction as the rows: a record is either in both or in neither.
CREATE TABLE offsets (
  topic TEXT NOT NULL, partition INTEGER NOT NULL, next_offset INTEGER NOT NULL,
  PRIMARY KEY (topic, partition)
) WITHOUT ROWID;

CREATE TABLE unreadable (
  topic TEXT NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (topic, partition, offset)
) WITHOUT ROWID;

CREATE TABLE actors (id TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE issues (id TEXT PRIMARY KEY, name TEXT NOT NULL, proposition TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE statements (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  issue_id TEXT NOT NULL,
  article_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  source TEXT NOT NULL,
  url TEXT NOT NULL,
  title TEXT NOT NULL,
  published_at TEXT NOT NULL,
  first_seen_at TEXT,
  quote TEXT NOT NULL,
  context TEXT NOT NULL,
  voice TEXT NOT NULL,
  speaker TEXT NOT NULL,
  reported_by TEXT NOT NULL,
  stance TEXT NOT NULL,
  p_support REAL NOT NULL,
  p_oppose REAL NOT NULL,
  p_neutral REAL NOT NULL,
  p_none REAL NOT NULL,
  conditional INTEGER NOT NULL,
  condition TEXT,
  attribution_confidence REAL NOT NULL,
  said_at TEXT NOT NULL,
  said_precision TEXT NOT NULL,
  recap INTEGER NOT NULL,
  counts INTEGER NOT NULL,
  reason TEXT,
  strikes TEXT,
  backfill INTEGER NOT NULL,
  model TEXT NOT NULL,
  disagreement TEXT,
  struck_by TEXT,
  copy_of TEXT,
  replaced_by INTEGER,
  fate TEXT NOT NULL DEFAULT '',
  search_keys TEXT NOT NULL
);
-- The columns after seq let the picture of a pair with thousands of statements be drawn from the index alone.
CREATE INDEX statements_of_pair ON statements (actor_id, issue_id, said_at, seq, kind, stance, fate, source);
CREATE INDEX statements_by_time ON statements (said_at, seq);

-- search_keys holds one token per filter, so that a filter narrows the same index the words do.
CREATE VIRTUAL TABLE statements_fts USING fts5 (
  quote, context, title, speaker, search_keys,
  content='statements', content_rowid='seq', tokenize='unicode61 remove_diacritics 2'
);
CREATE TRIGGER statements_added AFTER INSERT ON statements BEGIN
  INSERT INTO statements_fts (rowid, quote, context, title, speaker, search_keys)
  VALUES (new.seq, new.quote, new.context, new.title, new.speaker, new.search_keys);
END;
CREATE TRIGGER statements_replaced
AFTER UPDATE OF quote, context, title, speaker, search_keys ON statements BEGIN
  INSERT INTO statements_fts (statements_fts, rowid, quote, context, title, speaker, search_keys)
  VALUES ('delete', old.seq, old.quote, old.context, old.title, old.speaker, old.search_keys);
  INSERT INTO statements_fts (rowid, quote, context, title, speaker, search_keys)
  VALUES (new.seq, new.quote, new.context, new.title, new.speaker, new.search_keys);
END;

CREATE TABLE change_events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  event TEXT NOT NULL,
  change_id TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  issue_id TEXT NOT NULL,
  payload TEXT NOT NULL
);
CREATE INDEX events_of_change ON change_events (change_id, seq);
CREATE INDEX events_of_pair ON change_events (actor_id, issue_id, seq);

-- A change as it stands after all its amendments.
CREATE TABLE changes (
  id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  actor_id TEXT NOT NULL,
  issue_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  status TEXT NOT NULL,
  from_stance TEXT NOT NULL,
  from_conditional INTEGER NOT NULL,
  to_stance TEXT NOT NULL,
  to_conditional INTEGER NOT NULL,
  quote TEXT NOT NULL,
  source TEXT NOT NULL,
  url TEXT NOT NULL,
  said_at TEXT NOT NULL,
  published_at TEXT NOT NULL,
  confidence REAL NOT NULL,
  witnesses INTEGER NOT NULL,
  backfill INTEGER NOT NULL,
  head TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX changes_by_seq ON changes (seq);
CREATE INDEX changes_of_pair ON changes (actor_id, issue_id, seq);
CREATE INDEX changes_of_issue ON changes (issue_id, seq);

CREATE TABLE verdicts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  change_id TEXT NOT NULL,
  verdict TEXT NOT NULL,
  given_by TEXT NOT NULL,
  given_at TEXT NOT NULL
);
CREATE INDEX verdicts_of_change ON verdicts (change_id, seq);

CREATE TABLE positions (
  actor_id TEXT NOT NULL,
  issue_id TEXT NOT NULL,
  stance TEXT NOT NULL,
  conditional INTEGER NOT NULL,
  since TEXT NOT NULL,
  basis TEXT NOT NULL,
  quote TEXT NOT NULL,
  source TEXT NOT NULL,
  url TEXT NOT NULL,
  statements INTEGER NOT NULL,
  PRIMARY KEY (actor_id, issue_id)
) WITHOUT ROWID;

-- All positions of a pair in the order they came into force; the last one is the one in positions.
CREATE TABLE position_history (
  actor_id TEXT NOT NULL,
  issue_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  stance TEXT NOT NULL,
  conditional INTEGER NOT NULL,
  since TEXT NOT NULL,
  quote TEXT NOT NULL,
  source TEXT NOT NULL,
  url TEXT NOT NULL,
  change_id TEXT,
  PRIMARY KEY (actor_id, issue_id, number)
) WITHOUT ROWID;

-- Pairs whose position has to be worked out again: bulk loading marks them once, not once per record.
CREATE TABLE touched (
  actor_id TEXT NOT NULL, issue_id TEXT NOT NULL, PRIMARY KEY (actor_id, issue_id)
) WITHOUT ROWID;
