-- A weft file: one crawl, whole. This text is its interface: what stands here is what you query.
--
--   sqlite3 crawl.db "SELECT url, status, title FROM page_list LIMIT 10"
--   weft search crawl.db some words
--
-- A URL has one number, given in order of discovery from 1, and every table speaks of URLs by that
-- number; the views at the end spell them out. Times are UTC text, 2026-01-31T12:00:00.000Z, which
-- sorts as it reads and which SQLite's date functions take. Durations are integers, the unit in the
-- name (_us: microseconds). Sizes are bytes. Yes and no are 1 and 0.
--
-- When a run ends, three indexes are there as well: urls_by_url, links_by_target and
-- sitemap_urls_by_url. While it runs, an index over the queued URLs serves the crawl. PRAGMA application_id is 0x77656674 ("weft") and
-- PRAGMA user_version is meta's schema_version.

CREATE TABLE meta (
  key TEXT PRIMARY KEY,  -- 'schema_version', and what the crawl keeps for going on
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row each time that weft crawl was started on this file.
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  started_at TEXT NOT NULL,    -- UTC
  ended_at TEXT,               -- UTC; NULL: still running, or killed
  outcome TEXT,                -- 'finished', 'interrupted', 'budget' (--max-pages) or 'failed' (an
                               -- error of this machine); NULL as above
  version TEXT NOT NULL,       -- of weft
  command_line TEXT NOT NULL,  -- as it was typed
  options TEXT NOT NULL,       -- every option in force, a JSON object
  summary TEXT                 -- the run's totals, or its error where it failed: a JSON object
) STRICT;

-- One row per host name: politeness (slots, delay, pause) is kept by host, whatever scheme and port.
CREATE TABLE hosts (
  id INTEGER PRIMARY KEY,  -- in order of discovery, from 1
  name TEXT NOT NULL,      -- 'example.com', '127.0.0.1', '[::1]'; no two rows share one
  paused_until TEXT        -- UTC; the host asked for no request before then (429, 503, Retry-After)
) STRICT;

-- One row per origin (scheme, host and port): robots.txt is kept by origin.
CREATE TABLE origins (
  id INTEGER PRIMARY KEY,  -- in order of discovery, from 1
  host_id INTEGER NOT NULL REFERENCES hosts (id),
  origin TEXT NOT NULL,    -- 'https://example.com', with ':port' where it is not the scheme's own
  robots_status INTEGER,   -- HTTP status of robots.txt; 0: no answer; NULL: not asked for
  robots_error TEXT,       -- why there was no answer: a reason word, as in urls
  robots_body TEXT,        -- robots.txt itself; bytes that are not UTF-8 are replaced by U+FFFD
  robots_fetched_at TEXT   -- UTC
) STRICT;

-- The redirects that were followed from an origin's robots.txt to the answer in origins, whose rules
-- apply to the origin that was asked (RFC 9309 section 2.3.1.2).
CREATE TABLE robots_redirects (
  origin_id INTEGER NOT NULL REFERENCES origins (id),
  seq INTEGER NOT NULL,     -- from 0
  status INTEGER NOT NULL,  -- HTTP status of the redirect
  url TEXT NOT NULL,        -- where its Location points, normalized: requested next
  PRIMARY KEY (origin_id, seq)
) STRICT, WITHOUT ROWID;

-- Every URL that was ever seen, fetched or not.
--
-- A URL is queued, done, skipped (never requested) or failed, for a reason of a closed list:
-- "weft report FILE reasons" prints it with the meaning of each.
CREATE TABLE urls (
  id INTEGER PRIMARY KEY,                          -- in order of discovery, from 1
  host_id INTEGER NOT NULL REFERENCES hosts (id),  -- of its origin; here too, since the crawl reads
                                                   -- what is queued by host and rank, by an index
  origin_id INTEGER NOT NULL REFERENCES origins (id),
  depth INTEGER NOT NULL,                          -- links from a seed to here, as first seen; 1 of
                                                   -- a sitemap and of what it names
  redirects INTEGER NOT NULL,                      -- hops of redirect that led here, one by one
  attempts INTEGER NOT NULL DEFAULT 0,             -- requests that were made for it
  state TEXT NOT NULL,                             -- 'queued', 'done', 'skipped' or 'failed'
  reason TEXT NOT NULL,                            -- one word of the list above
  found_on INTEGER REFERENCES urls (id),           -- the page or sitemap that led here first; NULL:
                                                   -- a seed, or a sitemap named by robots.txt
  url TEXT NOT NULL,                               -- normalized, no fragment; no two rows share one
  detail TEXT                                      -- more about the reason, for people
) STRICT;

-- One row a response that was received whole, whatever its status.
CREATE TABLE pages (
  url_id INTEGER PRIMARY KEY REFERENCES urls (id),
  run_id INTEGER NOT NULL REFERENCES runs (id),  -- the run that fetched it
  fetched_at TEXT NOT NULL,                      -- UTC, when the request was sent
  status INTEGER NOT NULL,                       -- HTTP status
  content_type TEXT,                             -- as sent
  charset TEXT,                                  -- what the bytes were decoded from: 'UTF-8'
  wire_bytes INTEGER NOT NULL,                   -- header and body as they crossed the network
  body_bytes INTEGER NOT NULL,                   -- body, decoded of its Content-Encoding
  title TEXT,
  lang TEXT,                                     -- of <html lang>, or the Content-Language
  description TEXT,                              -- of <meta name=description>
  canonical TEXT,                                -- of <link rel=canonical>, a whole URL
  meta_robots TEXT,                              -- of <meta name=robots>: 'noindex, nofollow'
  digest TEXT,                                   -- SHA-256 of the decoded body, hexadecimal
  simhash INTEGER,                               -- 64 bits over the text's words; near texts, near bits
  elements INTEGER,                              -- in the document tree; NULL: not parsed
  parsed_as TEXT,                                -- 'tree'; 'flattened': it nests so deep that the
                                                 --   tree lacks elements; 'tokens': building a tree
                                                 --   failed, elements counts start tags. NULL: not
                                                 --   parsed, or by a weft that did not say
  links_ignored INTEGER,                         -- links that are no http(s) URL (mailto: ...), or a
                                                 --   broken or overlong one: not in links
  links_cut INTEGER,                             -- links beyond the 20,000 that are kept of a page
  protocol TEXT,                                 -- 'http/1.1', 'h2'
  address TEXT,                                  -- the server's IP address
  redirect_to INTEGER REFERENCES urls (id),      -- where its Location points
  name_us INTEGER NOT NULL,                      -- from the start until: the name was resolved,
  connect_us INTEGER NOT NULL,                   --   the connection stood,
  tls_us INTEGER NOT NULL,                       --   TLS was agreed on,
  first_byte_us INTEGER NOT NULL,                --   the answer began,
  total_us INTEGER NOT NULL,                     --   the answer was there. 0: nothing to do
  parse_us INTEGER                               -- time spent parsing; NULL: not parsed
) STRICT;

-- Every link of every parsed page, in document order.
CREATE TABLE links (
  from_id INTEGER NOT NULL REFERENCES urls (id),
  seq INTEGER NOT NULL,                         -- its place among the page's links, from 0
  to_id INTEGER NOT NULL REFERENCES urls (id),
  fragment TEXT NOT NULL,                       -- of the target, with its '#'; '' where none
  text TEXT NOT NULL,                           -- the anchor's text, or its image's alt
  rel TEXT NOT NULL,                            -- 'nofollow noopener'; '' where none
  source TEXT NOT NULL,                         -- 'a', 'area', 'iframe', 'frame', 'link',
                                                -- 'meta_refresh' or 'redirect'
  PRIMARY KEY (from_id, seq)
) STRICT, WITHOUT ROWID;

-- One row a sitemap: a URL that robots.txt, or an index of sitemaps, named as one.
CREATE TABLE sitemaps (
  url_id INTEGER PRIMARY KEY REFERENCES urls (id),
  origin_id INTEGER NOT NULL REFERENCES origins (id),  -- whose robots.txt led to it
  level INTEGER NOT NULL,  -- 0: named by robots.txt; 1, 2: by an index, and by an index in one
  kind TEXT,               -- 'urls', 'index' (of sitemaps), 'text'; NULL: not read, or none
  entries INTEGER,         -- URLs, or sitemaps, that were taken from it; NULL: not read
  ignored INTEGER,         -- entries that were not: another host's, no http(s) URL, one too many
  problem TEXT             -- 'not_a_sitemap', 'bad_xml', 'doctype', 'bad_gzip', 'too_large';
                           -- what came before it was read. NULL: none
) STRICT;

-- What stands in each sitemap.
CREATE TABLE sitemap_urls (
  sitemap_id INTEGER NOT NULL REFERENCES urls (id),
  url_id INTEGER NOT NULL REFERENCES urls (id),
  lastmod TEXT,                                      -- as written: '2026-01-31'
  priority REAL,                                     -- 0 to 1, as the site sees it
  PRIMARY KEY (sitemap_id, url_id)
) STRICT, WITHOUT ROWID;

-- What page_text, the search index below, holds of each page that was parsed. In order of arrival:
-- by number, each text would be put between others and half a page of the file moved for it.
CREATE TABLE texts (
  url_id INTEGER NOT NULL UNIQUE REFERENCES urls (id),
  title TEXT NOT NULL,
  text TEXT NOT NULL  -- as a reader would see it, a line a block
) STRICT;

-- Full text: rowid is the URL's number, the columns are those of texts.
--   SELECT url FROM page_text JOIN urls ON urls.id = page_text.rowid
--   WHERE page_text MATCH 'crawler' ORDER BY bm25(page_text, 10.0, 1.0)
-- Scripts that are written without spaces (Chinese, Japanese, Thai, ...) and Korean are indexed by
-- letter: put a space between every two of them, and quotes around. This finds 東京 in 東京都:
--   ... WHERE page_text MATCH '"東 京"'
-- Therefore snippet() and highlight() go astray in such pages; weft search does not. And a row of
-- theirs is not to be deleted but with the words it was indexed by:
--   INSERT INTO page_text (page_text, rowid, title, text) VALUES ('delete', 1, '', '東 京 都')
CREATE VIRTUAL TABLE page_text USING fts5(
  title, text, content = 'texts', content_rowid = 'url_id',
  tokenize = "unicode61 remove_diacritics 2 categories 'L* M* N* Co'");
-- Words gather in memory up to so many bytes, and the pieces of the index are merged late: that
-- costs the crawl a tenth less, and its end merges them.
INSERT INTO page_text (page_text, rank) VALUES ('hashsize', 16777216);
INSERT INTO page_text (page_text, rank) VALUES ('automerge', 16);
INSERT INTO page_text (page_text, rank) VALUES ('crisismerge', 64);

-- With --bodies: the responses as they were received.
CREATE TABLE bodies (
  url_id INTEGER PRIMARY KEY REFERENCES urls (id),
  head BLOB NOT NULL,                               -- status line and header, bytes as received
  body BLOB NOT NULL                                -- decoded of its Content-Encoding; a zstd frame
) STRICT;

-- ---- Views: what one would ask, by name rather than by number ----

-- Every response, with its URL.
CREATE VIEW page_list AS
SELECT u.url, p.status, p.title, p.content_type, p.lang, p.body_bytes, u.depth, u.state, u.reason,
       p.fetched_at, p.first_byte_us / 1000.0 AS first_byte_ms, p.total_us / 1000.0 AS total_ms,
       u.id AS url_id
FROM pages p JOIN urls u ON u.id = p.url_id;

-- Every link, with what became of its target (status: NULL where there is no response).
CREATE VIEW link_list AS
SELECT f.url AS from_url, t.url || l.fragment AS to_url, l.text, l.rel, l.source,
       t.state, t.reason, p.status, l.from_id, l.seq, l.to_id
FROM links l JOIN urls f ON f.id = l.from_id JOIN urls t ON t.id = l.to_id
LEFT JOIN pages p ON p.url_id = l.to_id;

-- Links whose target could not be had.
CREATE VIEW broken_links AS
SELECT t.url AS to_url, t.reason, p.status, f.url AS from_url, l.text, l.source, t.detail
FROM urls t CROSS JOIN links l ON l.to_id = t.id CROSS JOIN urls f ON f.id = l.from_id
LEFT JOIN pages p ON p.url_id = t.id
WHERE t.state = 'failed';

-- URLs that were never requested, why, and the page that led to each first.
CREATE VIEW skipped_urls AS
SELECT u.url, u.reason, u.detail, u.depth, f.url AS found_on
FROM urls u LEFT JOIN urls f ON f.id = u.found_on
WHERE u.state = 'skipped';

-- URLs that were requested and of which nothing usable came.
CREATE VIEW failures AS
SELECT u.url, u.reason, p.status, u.detail, u.attempts, f.url AS found_on
FROM urls u LEFT JOIN urls f ON f.id = u.found_on LEFT JOIN pages p ON p.url_id = u.id
WHERE u.state = 'failed';

-- Redirects, one hop a row.
CREATE VIEW redirects AS
SELECT f.url AS from_url, p.status, t.url AS to_url, t.state, t.reason
FROM pages p JOIN urls f ON f.id = p.url_id JOIN urls t ON t.id = p.redirect_to;

-- Bodies that more than one URL answered with.
CREATE VIEW duplicates AS
SELECT p.digest, u.url, p.title, p.body_bytes
FROM (SELECT digest FROM pages WHERE digest IS NOT NULL GROUP BY digest HAVING count(*) > 1) d
JOIN pages p ON p.digest = d.digest JOIN urls u ON u.id = p.url_id
ORDER BY p.digest, u.id;

-- What stands in sitemaps, and what became of it.
CREATE VIEW sitemap_list AS
SELECT s.url AS sitemap, u.url, m.lastmod, m.priority, u.state, u.reason
FROM sitemap_urls m JOIN urls s ON s.id = m.sitemap_id JOIN urls u ON u.id = m.url_id;

-- One row per host name: what was seen of it, and how fast it answered. robots: the answers to the
-- robots.txt of its origins, '200' or '200, connect_failed'; NULL: none was asked for.
CREATE VIEW host_summary AS
SELECT h.name AS host, count(u.id) AS urls, count(p.url_id) AS responses,
       count(*) FILTER (WHERE u.state = 'done') AS done,
       count(*) FILTER (WHERE u.state = 'queued') AS queued,
       count(*) FILTER (WHERE u.state = 'skipped') AS skipped,
       count(*) FILTER (WHERE u.state = 'failed') AS failed,
       coalesce(sum(p.wire_bytes), 0) AS wire_bytes,
       round(avg(p.total_us) / 1000.0, 3) AS mean_ms, r.answers AS robots
FROM hosts h
LEFT JOIN (SELECT host_id, replace(group_concat(DISTINCT coalesce(robots_error, robots_status)),
                                   ',', ', ') AS answers
           FROM origins GROUP BY host_id) r ON r.host_id = h.id
LEFT JOIN urls u ON u.host_id = h.id LEFT JOIN pages p ON p.url_id = u.id
GROUP BY h.id;

-- One row per origin: the answer to its robots.txt, and the URL that gave it.
CREATE VIEW robots_list AS
SELECT o.origin, h.name AS host, o.robots_status AS status, o.robots_error AS error,
       coalesce((SELECT r.url FROM robots_redirects r WHERE r.origin_id = o.id
                 ORDER BY r.seq DESC LIMIT 1), o.origin || '/robots.txt') AS answered_by,
       (SELECT count(*) FROM robots_redirects r WHERE r.origin_id = o.id) AS redirects,
       o.robots_fetched_at AS fetched_at
FROM origins o JOIN hosts h ON h.id = o.host_id
WHERE o.robots_fetched_at IS NOT NULL;
