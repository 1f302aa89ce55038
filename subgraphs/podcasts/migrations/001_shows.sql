-- Shows and their episodes.
-- Identifiers and codes compare by byte (collate "C"): the order of pages is the same on every server and locale.

create table shows (
  id         text collate "C" primary key check (id ~ '^shw_[0-9]{7}$'),
  title      text not null check (title <> ''),
  host       text not null,
  publisher  text,
  category   text collate "C" not null check (category in (
    'BUSINESS', 'COMEDY', 'CULTURE', 'HEALTH', 'HISTORY', 'NEWS', 'SCIENCE', 'SPORT', 'TECHNOLOGY', 'TRUE_CRIME')),
  language   text collate "C" not null,
  country    text collate "C" not null check (country ~ '^[A-Z]{2}$'),
  cadence    text collate "C" not null check (cadence in ('DAILY', 'WEEKLY', 'FORTNIGHTLY', 'MONTHLY')),
  explicit   boolean not null,
  summary    text,
  started_on date not null,
  ended_on   date check (ended_on >= started_on),
  followers  bigint not null check (followers >= 0),
  updated_at timestamptz not null
);
create index shows_by_category on shows (category, id);
create index shows_by_followers on shows (followers, id);
create index shows_by_update on shows (updated_at, id);

create table episodes (
  id               text collate "C" primary key check (id ~ '^epi_[0-9]{7}$'),
  show_id          text collate "C" not null references shows,
  number           integer check (number > 0),
  title            text not null check (title <> ''),
  language         text collate "C",
  guest            text,
  summary          text,
  released_on      date,
  published_at     timestamptz not null,
  duration_seconds integer not null check (duration_seconds > 0),
  explicit         boolean not null,
  sponsored        boolean not null,
  downloads        bigint not null check (downloads >= 0),
  updated_at       timestamptz not null,
  constraint episodes_number_is_unique unique (show_id, number)
);
create index episodes_by_show on episodes (show_id, id);
create index episodes_by_publication on episodes (published_at, id);
create index episodes_by_downloads on episodes (downloads, id);
create index episodes_by_update on episodes (updated_at, id);
