-- What the tables and columns mean, for those who work in the database: the descriptions of schema.graphql,
-- with the classification in brackets.

comment on table shows is 'A podcast: a line of episodes under one name.';
comment on column shows.id is 'Identifier of the show. [public]';
comment on column shows.title is 'Name of the show. [public]';
comment on column shows.host is 'Who speaks; several names are joined by a comma and a blank. [public]';
comment on column shows.publisher is 'Who publishes it, null if the host does. [public]';
comment on column shows.category is 'What it is about. [public]';
comment on column shows.language is 'Language (BCP 47). [public]';
comment on column shows.country is 'Country where it is made (ISO 3166-1 alpha-2). [public]';
comment on column shows.cadence is 'How often it publishes. [public]';
comment on column shows.explicit is 'Whether the show is marked explicit. [public]';
comment on column shows.summary is 'What it is about in one sentence, null until written. [public]';
comment on column shows.started_on is 'Day of the first episode. [public]';
comment on column shows.ended_on is 'Day of the last episode, null while the show runs. [public]';
comment on column shows.followers is 'Followers in the app. [internal]';
comment on column shows.updated_at is 'Last change of this row. [internal]';

comment on table episodes is 'One episode of a show.';
comment on column episodes.id is 'Identifier of the episode. [public]';
comment on column episodes.show_id is 'Identifier of the show. [public]';
comment on column episodes.number is 'Number within the show, from 1; null for trailers and specials. [public]';
comment on column episodes.title is 'Title of the episode. [public]';
comment on column episodes.language is 'Language (BCP 47). [public]';
comment on column episodes.guest is 'Guest of the episode, null without one. [public]';
comment on column episodes.summary is 'What it is about in one sentence, null until written. [public]';
comment on column episodes.released_on is 'Day of publication in the show''s country. [public]';
comment on column episodes.published_at is 'Instant of publication. [public]';
comment on column episodes.duration_seconds is 'Length in seconds. [public]';
comment on column episodes.explicit is 'Whether the episode is marked explicit. [public]';
comment on column episodes.sponsored is 'Whether the episode carries advertising. [public]';
comment on column episodes.downloads is 'Downloads on all platforms since publication. [internal]';
comment on column episodes.updated_at is 'Last change of this row. [internal]';
