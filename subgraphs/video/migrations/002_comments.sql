-- What the tables and columns mean, for those who work in the database: the descriptions of schema.graphql,
-- with the classification in brackets.

comment on table titles is 'A film or a series of the catalogue: one row a title. The catalogue is the reference for everything that names a title; its identifiers never change.';
comment on column titles.id is 'Identifier of the title. [public]';
comment on column titles.kind is 'MOVIE or SERIES: the GraphQL type of the row. [public]';
comment on column titles.title is 'International title. [public]';
comment on column titles.original_title is 'Title in the language of origin, null where it equals the international one. [public]';
comment on column titles.synopsis is 'What it is about, in two sentences; null until the editors have written it. [public]';
comment on column titles.genre is 'Main genre. [public]';
comment on column titles.genres is 'All genres, the main one first. [public]';
comment on column titles.language is 'Language of origin (BCP 47). [public]';
comment on column titles.languages is 'Languages with an audio track (BCP 47). [public]';
comment on column titles.origin_country is 'Country of the lead producer (ISO 3166-1 alpha-2). [public]';
comment on column titles.countries is 'All producing countries (ISO 3166-1 alpha-2), the lead first. [public]';
comment on column titles.released_on is 'First release anywhere; for a series the first episode. Null while not dated. [public]';
comment on column titles.ended_on is 'Release of the last episode, null while the series runs. [public]';
comment on column titles.runtime_minutes is 'Running time in minutes; for a series that of a usual episode. Null before the final cut. [public]';
comment on column titles.age_rating is 'Age rating, null until rated. [public]';
comment on column titles.average_score is 'Mean of the viewers'' scores from 0 to 10, two digits; null without votes. [public]';
comment on column titles.vote_count is 'Number of votes behind the mean score. [public]';
comment on column titles.popularity_rank is 'Place in the popularity list of the last 28 days, 1 is the most played. [internal]';
comment on column titles.updated_at is 'Last change of this row. [internal]';

comment on table seasons is 'One season of a series. A season has no identifier of its own: its series and its number name it.';
comment on column seasons.series_id is 'Identifier of the series. [public]';
comment on column seasons.number is 'Number of the season, from 1. [public]';
comment on column seasons.title is 'Title of the season where it has one of its own. [public]';
comment on column seasons.released_on is 'Release of the first episode, null while announced only. [public]';
comment on column seasons.episode_count is 'Number of episodes. [public]';
comment on column seasons.runtime_minutes is 'Running time of all episodes in minutes, null before the final cut. [public]';
comment on column seasons.updated_at is 'Last change of this row. [internal]';

comment on table licences is 'The right to show one title in one territory for a time, and what it costs.';
comment on column licences.id is 'Identifier of the licence. [rights]';
comment on column licences.title_id is 'Identifier of the title. [rights]';
comment on column licences.territory is 'Territory: a country (ISO 3166-1 alpha-2) or WW for the whole world. [rights]';
comment on column licences.licensor is 'Who grants the licence. [rights]';
comment on column licences.model is 'How it is paid for. [rights]';
comment on column licences.exclusive is 'Whether nobody else may show the title there at that time. [rights]';
comment on column licences.starts_on is 'First day of the term. [rights]';
comment on column licences.ends_on is 'Last day of the term, null for an unlimited one. [rights]';
comment on column licences.cost_amount is 'What the licence costs over its term, in `costCurrency`; null where a share is agreed instead. [financial, rights]';
comment on column licences.cost_currency is 'Currency of the cost (ISO 4217), null without a cost. [financial, rights]';
comment on column licences.updated_at is 'Last change of this row. [rights]';
