-- What the tables and columns mean, for those who work in the database: the descriptions of schema.graphql,
-- with the classification in brackets.

comment on table artists is 'A band or a solo artist under the name they publish.';
comment on column artists.id is 'Identifier of the artist. [public]';
comment on column artists.name is 'Name as printed on the release. [public]';
comment on column artists.genre is 'Main genre. [public]';
comment on column artists.country is 'Country where the artist is based (ISO 3166-1 alpha-2), null if unknown. [public]';
comment on column artists.active_since is 'Year of the first release or performance, null if unknown. [public]';
comment on column artists.biography is 'Short biography, null until written. [public]';
comment on column artists.monthly_listeners is 'Listeners of the last 28 days. [internal]';
comment on column artists.updated_at is 'Last change of this row. [internal]';

comment on table albums is 'A release with one or more tracks.';
comment on column albums.id is 'Identifier of the album. [public]';
comment on column albums.title is 'Title of the album. [public]';
comment on column albums.kind is 'What kind of release it is. [public]';
comment on column albums.artist_id is 'Identifier of the artist. [public]';
comment on column albums.genre is 'Main genre. [public]';
comment on column albums.label is 'Label that published it, null if self-published. [public]';
comment on column albums.upc is 'Universal Product Code, twelve digits; null for early releases. [public]';
comment on column albums.released_on is 'Day of release. [public]';
comment on column albums.track_count is 'Number of tracks. [public]';
comment on column albums.updated_at is 'Last change of this row. [internal]';

comment on table tracks is 'A recording, one row an ISRC. What it earns the rights holders per play is the play rate.';
comment on column tracks.id is 'Identifier of the track. [public]';
comment on column tracks.isrc is 'International Standard Recording Code (ISO 3901), twelve characters without hyphens. [public]';
comment on column tracks.title is 'Title of the track. [public]';
comment on column tracks.artist_id is 'Identifier of the artist. [public]';
comment on column tracks.album_id is 'Identifier of the album. [public]';
comment on column tracks.track_number is 'Place on the album, from 1. [public]';
comment on column tracks.genre is 'Main genre. [public]';
comment on column tracks.language is 'Language of the lyrics (BCP 47), null for instrumental tracks. [public]';
comment on column tracks.duration_seconds is 'Length in seconds. [public]';
comment on column tracks.explicit is 'Whether the lyrics are marked explicit, null if nobody has said. [public]';
comment on column tracks.released_on is 'Day of release. [public]';
comment on column tracks.play_rate is 'Royalty due for one play in `playRateCurrency`, exact to 37 decimal places; null while not agreed. [financial, rights]';
comment on column tracks.play_rate_currency is 'Currency of the play rate (ISO 4217), null without a rate. [financial, rights]';
comment on column tracks.updated_at is 'Last change of this row. [internal]';
