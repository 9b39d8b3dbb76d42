//! What `districts init` writes.

/// A commented `districts.toml`.
pub const TEMPLATE: &str = r#"# districts.toml: paths are relative to this file. Everything is optional.

[database]
# Any PostgreSQL 15 or newer with pgvector 0.7 or newer. Better kept out of this file: the environment
# variable DATABASE_URL, or a line in a .env file here or above, wins over it. Without any, an embedded
# PostgreSQL is used, with its data in .districts/.
# url = "postgresql://user@db.example.org/districts"

[nces]
# The CCD LEA directory as published (zip or CSV): https://nces.ed.gov/ccd/files.asp, "Directory", LEA level.
# directory = "ccd_lea_029_2425_w_1a_073025.zip"
# Students ("Membership"), staff, and saved results of the district search (county, locale), all optional.
# membership = "ccd_lea_052_2425_l_1a_073025.zip"
# staff = "ccd_lea_059_2425_l_1a_073025.zip"
# search = ["nces_search_wa.xls"]

[registries]
# The states' files, by declaration. Built in: ca, co, ct, ct_edsight, ia, mi, mt, nc, nh, nj, ny,
# ny_superintendents, oh, pa, tx, tx_askted, wa. registries/<key>.toml beside this file adds or overrides.
# A source is a file, an address, or `true` for the address in its declaration. What is fetched is kept in
# .districts/cache and pinned in sources.lock; `districts source list` shows them all.
# ca = true
# tx = "files/districts.json"
# oh = "https://example.org/oh_districts.csv"

[fetch]
# Who publishers can write to; it goes into the User-Agent.
# contact = "data@example.org"
# max_bytes = 2147483648
# timeout_seconds = 60

# Documents. JSON lines carry nces_id, text and, where known, url, title, type, category, date;
# a folder has one sub-folder per NCES id with .txt or .md files.
# [[documents]]
# jsonl = "documents/plans.jsonl"
# [[documents]]
# folder = "documents/texts"
#
# A CSV with the columns nces_id and path, and if you have them url, title, category, published_on: PDF, HTML, docx, text.
# [[documents]]
# manifest = "documents/manifest.csv"

[crawl]
# `districts documents fetch` reads districts' websites, politely: robots.txt, one request to a site at a time.
# delay_seconds = 1.0                 # between two requests to a site; a longer Crawl-delay counts
# concurrency = 8                     # sites at a time
# timeout_seconds = 30
# max_bytes = 50000000
# pages = 10                          # most pages and most PDFs of a district
# documents = 10
# again_after_days = 30

[match]
# A model of `districts model train` instead of the shipped one.
# model = "model.toml"

[score]
# A keyword taxonomy of your own; `districts score taxonomy` prints the shipped one to begin with.
# taxonomy = "taxonomy.toml"

[embed]
# `hashing` is the offline model: deterministic, lexical, no network.
# model = "hashing"
# chunk_tokens = 320
# overlap_tokens = 40
# workers = 1
# `http` instead of `hashing` asks any server that speaks OpenAI's embeddings API. The key is never in this file.
# url = "https://api.openai.com/v1"
# name = "text-embedding-3-small"
# key_env = "OPENAI_API_KEY"          # or key_file = "secrets/openai"
# key_header = "api-key"              # Azure: the key bare in this header; url = "https://…/openai/deployments/NAME?api-version=2024-10-21"
# dimensions = 1536                   # only for models that can be cut
# pad = false                         # true fills narrower vectors with zeros
# max_inputs = 64
# concurrency = 4
# requests_per_minute = 3000
# tokens_per_minute = 1000000
# ramp = true                         # grow by half in 15 minutes above 1,000,000 tokens a minute, as api.openai.com wants it
# price_per_million = 0.02
# max_cost = 5.00

[check]
# Least share of a state's records linked without review; below it the run ends with exit code 1.
# min_match_rate = 0.95
# min_districts = 19000
# states = { CO = 0.90 }
"#;
