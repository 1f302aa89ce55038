-- Subscribers, what they played, and the names of all media for the search.
-- Identifiers and codes compare by byte (collate "C"): the order of pages is the same on every server and locale.

create table subscribers (
  id                text collate "C" primary key check (id ~ '^sub_[0-9]{7}$'),
  name              text not null,
  email             text not null unique check (email = lower(email) and position('@' in email) > 1),
  birth_date        date,
  phone             text collate "C" check (phone ~ '^\+[0-9]{8,15}$'),
  city              text not null,
  country           text collate "C" not null check (country ~ '^[A-Z]{2}$'),
  language          text collate "C" not null,
  plan_id           text collate "C" not null,
  status            text collate "C" not null check (status in ('TRIAL', 'ACTIVE', 'PAUSED', 'CANCELLED')),
  signed_up_at      timestamptz not null,
  cancelled_at      timestamptz check (cancelled_at > signed_up_at),
  marketing_consent boolean,
  updated_at        timestamptz not null,
  constraint subscribers_cancelled_has_instant check ((status = 'CANCELLED') = (cancelled_at is not null))
);
create index subscribers_by_plan on subscribers (plan_id, id);
create index subscribers_by_country on subscribers (country, id);
create index subscribers_by_sign_up on subscribers (signed_up_at, id);
create index subscribers_by_update on subscribers (updated_at, id);

-- Media belongs to other domains: there is no foreign key, only its type name and identifier.
create table plays (
  id              text collate "C" primary key check (id ~ '^ply_[0-9]{10}$'),
  subscriber_id   text collate "C" not null references subscribers,
  media_type      text collate "C" not null check (media_type in ('Movie', 'Series', 'Track', 'Episode', 'Stream')),
  media_kind      text collate "C" not null check (media_kind = upper(media_type)),
  media_id        text collate "C" not null,
  played_at       timestamptz not null,
  country         text collate "C" check (country ~ '^[A-Z]{2}$'),
  city            text,
  device          text collate "C" not null check (device in ('TV', 'PHONE', 'TABLET', 'COMPUTER', 'CONSOLE', 'SPEAKER')),
  seconds_watched bigint not null check (seconds_watched >= 0),
  completed       boolean not null,
  ingested_at     timestamptz not null check (ingested_at >= played_at)
);
create index plays_by_time on plays (played_at, id);
create index plays_by_subscriber on plays (subscriber_id, id) include (seconds_watched);
create index plays_by_media on plays (media_id, id);
create index plays_by_arrival on plays (ingested_at, id);

create table media (
  id         text collate "C" primary key,
  media_type text collate "C" not null check (media_type in ('Movie', 'Series', 'Track', 'Episode', 'Stream')),
  name       text not null,
  -- Place among the media of its type, 1 is the most played.
  rank       integer not null check (rank > 0),
  -- 'simple' keeps every word as it is written: titles come in many languages.
  words      tsvector generated always as (to_tsvector('simple', name)) stored
);
create index media_by_word on media using gin (words);
