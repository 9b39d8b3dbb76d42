-- What the schema stands on. The declared schema: `districts migrate generate` compares it with the history.

CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;
