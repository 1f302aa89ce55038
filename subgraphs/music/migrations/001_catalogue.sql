-- Artists, their albums and tracks.
-- Identifiers and codes compare by byte (collate "C"): the order of pages is the same on every server and locale.

create domain music_genre as text collate "C" check (value in (
  'CLASSICAL', 'ELECTRONIC', 'FOLK', 'HIPHOP', 'JAZZ', 'LATIN', 'METAL', 'POP', 'ROCK', 'SOUL'));

create table artists (
  id                text collate "C" primary key check (id ~ '^art_[0-9]{7}$'),
  name              text not null check (name <> ''),
  genre             music_genre not null,
  country           text collate "C" check (country ~ '^[A-Z]{2}$'),
  active_since      integer check (active_since between 1900 and 2100),
  biography         text,
  monthly_listeners bigint not null check (monthly_listeners >= 0),
  updated_at        timestamptz not null
);
create index artists_by_name on artists (name, id);
create index artists_by_listeners on artists (monthly_listeners, id);
create index artists_by_update on artists (updated_at, id);

create table albums (
  id          text collate "C" primary key check (id ~ '^alb_[0-9]{7}$'),
  title       text not null check (title <> ''),
  kind        text collate "C" not null check (kind in ('ALBUM', 'EP', 'SINGLE')),
  artist_id   text collate "C" not null references artists,
  genre       music_genre not null,
  label       text,
  upc         text collate "C" unique check (upc ~ '^[0-9]{12}$'),
  released_on date not null,
  track_count integer not null check (track_count > 0),
  updated_at  timestamptz not null
);
create index albums_by_artist on albums (artist_id, id);
create index albums_by_release on albums (released_on, id);
create index albums_by_update on albums (updated_at, id);

create table tracks (
  id                 text collate "C" primary key check (id ~ '^trk_[0-9]{7}$'),
  isrc               text collate "C" not null unique check (isrc ~ '^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$'),
  title              text not null check (title <> ''),
  artist_id          text collate "C" not null references artists,
  album_id           text collate "C" not null references albums,
  track_number       integer not null check (track_number > 0),
  genre              music_genre not null,
  language           text collate "C",
  duration_seconds   integer not null check (duration_seconds > 0),
  explicit           boolean,
  released_on        date,
  -- No fixed scale: a rate is kept and given back as it was agreed, 38 digits at most.
  play_rate          numeric check (play_rate >= 0 and play_rate < 10 and scale(play_rate) <= 37),
  play_rate_currency text collate "C" check (play_rate_currency ~ '^[A-Z]{3}$'),
  updated_at         timestamptz not null,
  constraint tracks_place_is_unique unique (album_id, track_number),
  constraint tracks_rate_has_currency check ((play_rate is null) = (play_rate_currency is null))
);
create index tracks_by_album on tracks (album_id, id);
create index tracks_by_artist on tracks (artist_id, id);
create index tracks_by_genre on tracks (genre, id);
create index tracks_by_release on tracks (released_on, id);
create index tracks_by_update on tracks (updated_at, id);
