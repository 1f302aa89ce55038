-- Live streams: the event, its rights and how many watched.
-- Identifiers and codes compare by byte (collate "C"): the order of pages is the same on every server and locale.

create table streams (
  id                 text collate "C" primary key check (id ~ '^liv_[0-9]{7}$'),
  title              text not null check (title <> ''),
  kind               text collate "C" not null check (kind in ('CONCERT', 'CONFERENCE', 'ESPORT', 'SPORT', 'STAGE')),
  status             text collate "C" not null check (status in ('SCHEDULED', 'ENDED', 'CANCELLED')),
  region             text collate "C" not null check (region in ('AMERICAS', 'APAC', 'EMEA')),
  country            text collate "C" not null check (country ~ '^[A-Z]{2}$'),
  city               text not null,
  venue              text,
  language           text collate "C",
  released_on        date,
  starts_at          timestamptz not null,
  ends_at            timestamptz check (ends_at > starts_at),
  headliner_id       text collate "C",
  headliner_name     text,
  peak_viewers       bigint check (peak_viewers >= 0),
  average_viewers    bigint check (average_viewers >= 0),
  bytes_delivered    bigint check (bytes_delivered >= 0),
  rights_holder      text,
  rights_fee         numeric check (rights_fee >= 0),
  rights_currency    text collate "C" check (rights_currency ~ '^[A-Z]{3}$'),
  blackout_countries text[] not null,
  replay_until       timestamptz,
  updated_at         timestamptz not null,
  constraint streams_concert_has_headliner check ((kind = 'CONCERT') = (headliner_id is not null)),
  constraint streams_headliner_has_name check ((headliner_id is null) = (headliner_name is null)),
  constraint streams_ended_is_measured check (
    (status = 'ENDED') = (ends_at is not null) and (status = 'ENDED') = (peak_viewers is not null)),
  constraint streams_mean_within_peak check (average_viewers <= peak_viewers),
  constraint streams_fee_has_currency check ((rights_fee is null) = (rights_currency is null))
);
create index streams_by_start on streams (starts_at, id);
create index streams_by_kind on streams (kind, id);
create index streams_by_region on streams (region, id);
create index streams_by_headliner on streams (headliner_id, id) where headliner_id is not null;
create index streams_by_viewers on streams (peak_viewers, id);
create index streams_by_update on streams (updated_at, id);
