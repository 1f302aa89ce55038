-- The catalogue of films and series, their seasons and licences.
-- Identifiers and codes compare by byte (collate "C"): the order of pages is the same on every server and locale.

create table titles (
  id              text collate "C" primary key check (id ~ '^ttl_[0-9]{7}$'),
  kind            text collate "C" not null check (kind in ('MOVIE', 'SERIES')),
  title           text not null check (title <> ''),
  original_title  text,
  synopsis        text,
  genre           text collate "C" not null,
  genres          text[] not null check (genres[1] = genre),
  language        text collate "C",
  languages       text[] not null,
  origin_country  text collate "C" check (origin_country ~ '^[A-Z]{2}$'),
  countries       text[] not null,
  released_on     date,
  ended_on        date,
  runtime_minutes integer check (runtime_minutes > 0),
  age_rating      text collate "C" check (age_rating in ('ALL', 'AGE_6', 'AGE_12', 'AGE_16', 'AGE_18')),
  average_score   numeric(4, 2) check (average_score between 0 and 10),
  vote_count      bigint not null check (vote_count >= 0),
  popularity_rank integer not null check (popularity_rank > 0),
  updated_at      timestamptz not null,
  constraint titles_genre_known check (genre in (
    'ACTION', 'ANIMATION', 'COMEDY', 'CRIME', 'DOCUMENTARY', 'DRAMA', 'FANTASY', 'HORROR', 'ROMANCE', 'SCIFI', 'THRILLER')),
  constraint titles_only_series_end check (ended_on is null or (kind = 'SERIES' and ended_on >= released_on)),
  constraint titles_score_has_votes check ((average_score is null) = (vote_count = 0))
);
create index titles_by_kind on titles (kind, id);
create index titles_by_genre on titles (genre, id);
create index titles_by_release on titles (released_on, id);
create index titles_by_rank on titles (popularity_rank, id);
create index titles_by_title on titles (title, id);
create index titles_by_update on titles (updated_at, id);

create table seasons (
  series_id       text collate "C" not null references titles,
  number          integer not null check (number > 0),
  title           text,
  released_on     date,
  episode_count   integer not null check (episode_count > 0),
  runtime_minutes integer check (runtime_minutes > 0),
  updated_at      timestamptz not null,
  primary key (series_id, number)
);
create index seasons_by_release on seasons (released_on, series_id, number);
create index seasons_by_update on seasons (updated_at, series_id, number);

create table licences (
  id            text collate "C" primary key check (id ~ '^lic_[0-9]{7}$'),
  title_id      text collate "C" not null references titles,
  territory     text collate "C" not null check (territory ~ '^[A-Z]{2}$'),
  licensor      text not null,
  model         text collate "C" not null check (model in ('FLAT_FEE', 'PER_PLAY', 'REVENUE_SHARE', 'OWNED')),
  exclusive     boolean not null,
  starts_on     date not null,
  ends_on       date check (ends_on >= starts_on),
  cost_amount   numeric check (cost_amount >= 0),
  cost_currency text collate "C" check (cost_currency ~ '^[A-Z]{3}$'),
  updated_at    timestamptz not null,
  constraint licences_cost_has_currency check ((cost_amount is null) = (cost_currency is null))
);
create index licences_by_title on licences (title_id, id);
create index licences_by_end on licences (ends_on, id);
create index licences_by_update on licences (updated_at, id);
