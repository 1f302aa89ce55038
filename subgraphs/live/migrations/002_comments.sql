-- What the tables and columns mean, for those who work in the database: the descriptions of schema.graphql,
-- with the classification in brackets.

comment on table streams is 'One event that is streamed while it happens, with its rights and how many watched.';
comment on column streams.id is 'Identifier of the stream. [public]';
comment on column streams.title is 'Title of the event. [public]';
comment on column streams.kind is 'What is streamed. [public]';
comment on column streams.status is 'Where it stands. [public]';
comment on column streams.region is 'Sales region of the event. [public]';
comment on column streams.country is 'Country where it takes place (ISO 3166-1 alpha-2). [public]';
comment on column streams.city is 'City where it takes place. [public]';
comment on column streams.venue is 'Venue, null if it takes place in a studio. [public]';
comment on column streams.language is 'Language of the commentary (BCP 47), null without one. [public]';
comment on column streams.released_on is 'Day of the event at its place. [public]';
comment on column streams.starts_at is 'Start: planned, or actual once it has begun. [public]';
comment on column streams.ends_at is 'End, null before it has ended. [public]';
comment on column streams.headliner_id is 'Identifier of the headlining artist, null unless a concert. [public]';
comment on column streams.headliner_name is 'Name of the headlining artist as announced, null unless a concert. [public]';
comment on column streams.peak_viewers is 'Most viewers at one instant, null before it has ended. [public]';
comment on column streams.average_viewers is 'Mean number of viewers, null before it has ended. [internal]';
comment on column streams.bytes_delivered is 'Bytes delivered to viewers, null before it has ended. [internal]';
comment on column streams.rights_holder is 'Who granted the rights, null for our own events. [rights]';
comment on column streams.rights_fee is 'Fee for the rights in `rightsCurrency`, null for our own events. [financial, rights]';
comment on column streams.rights_currency is 'Currency of the fee (ISO 4217), null without a fee. [financial, rights]';
comment on column streams.blackout_countries is 'Countries in which it must not be shown (ISO 3166-1 alpha-2); empty if there are none. [rights]';
comment on column streams.replay_until is 'Until when it may be watched again, null if it may not. [rights]';
comment on column streams.updated_at is 'Last change of this row. [internal]';
