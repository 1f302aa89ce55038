-- What the tables and columns mean, for those who work in the database: the descriptions of schema.graphql,
-- with the classification in brackets.

comment on table subscribers is 'A person with a subscription, now or once. Everything that tells who it is carries the tag `pii`; the rest is `confidential` and for counting.';
comment on column subscribers.id is 'Identifier of the subscriber; says nothing about the person. [internal]';
comment on column subscribers.name is 'Full name. [pii]';
comment on column subscribers.email is 'E-mail address, unique. [pii]';
comment on column subscribers.birth_date is 'Date of birth, null if not given. [pii]';
comment on column subscribers.phone is 'Telephone number in E.164 notation, null if not given. [pii]';
comment on column subscribers.city is 'City of the address. [pii]';
comment on column subscribers.country is 'Country of the address (ISO 3166-1 alpha-2). [confidential]';
comment on column subscribers.language is 'Language of the app (BCP 47). [confidential]';
comment on column subscribers.plan_id is 'Identifier of the plan. [confidential]';
comment on column subscribers.status is 'Where the subscription stands. [confidential]';
comment on column subscribers.signed_up_at is 'When the person signed up. [confidential]';
comment on column subscribers.cancelled_at is 'When the subscription ended, null while it has not. [confidential]';
comment on column subscribers.marketing_consent is 'Whether the person agreed to advertising by e-mail, null if never asked. [confidential]';
comment on column subscribers.updated_at is 'Last change of this row. [confidential]';

comment on table plays is 'One play: who played what, when, where and on which device. Rows come in within minutes and never change.';
comment on column plays.id is 'Identifier of the play. [confidential]';
comment on column plays.subscriber_id is 'Identifier of the subscriber. [confidential]';
comment on column plays.media_type is 'GraphQL type of what was played: with media_id the reference to the domain that owns it. [confidential]';
comment on column plays.media_kind is 'Kind of the media. [confidential]';
comment on column plays.media_id is 'Identifier of the media. [confidential]';
comment on column plays.played_at is 'When it started. [confidential]';
comment on column plays.country is 'Country where it was played (ISO 3166-1 alpha-2), null if it could not be told. [confidential]';
comment on column plays.city is 'City where it was played, null if it could not be told. [confidential, pii]';
comment on column plays.device is 'On which device. [confidential]';
comment on column plays.seconds_watched is 'Seconds played, pauses not counted. [confidential]';
comment on column plays.completed is 'Whether it was played to the end. [confidential]';
comment on column plays.ingested_at is 'When the row arrived: the watermark of incremental loads. [confidential]';

comment on table media is 'Names of all media of all domains, for the search.';
comment on column media.id is 'Identifier of the media. [public]';
comment on column media.media_type is 'GraphQL type of the media. [public]';
comment on column media.name is 'Title as shown to the audience. [public]';
comment on column media.rank is 'Place among the media of its type, 1 is the most played. [internal]';
comment on column media.words is 'Words of the name, for the full-text search. [public]';
