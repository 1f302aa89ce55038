-- Who is watching now. A table of its own, since it changes all the time: a stream has many indexes, and none of them
-- is touched by a count. Whoever counts writes the streams that changed in one statement.

alter table streams drop constraint streams_status_check;
alter table streams add constraint streams_status_check check (status in ('SCHEDULED', 'LIVE', 'ENDED', 'CANCELLED'));

create table viewer_counts (
  stream_id  text collate "C" primary key references streams on delete cascade,
  viewers    bigint not null check (viewers >= 0),
  counted_at timestamptz not null
) with (fillfactor = 50);

comment on table viewer_counts is 'How many are watching a stream at present.';
comment on column viewer_counts.stream_id is 'Identifier of the stream. [public]';
comment on column viewer_counts.viewers is 'How many are watching. [public]';
comment on column viewer_counts.counted_at is 'When they were counted. [public]';

-- Tells which streams have other viewers, once for each statement and stream, and nothing where none changed. Not how
-- many: everybody who may connect hears it, and who may read the count is for those to decide who read it.
create function notify_viewer_counts() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform pg_notify('viewer_counts', stream_id) from after;
  elsif tg_op = 'DELETE' then
    perform pg_notify('viewer_counts', stream_id) from before;
  else
    perform pg_notify('viewer_counts', stream_id) from (
      (select stream_id, viewers from before except select stream_id, viewers from after)
      union (select stream_id, viewers from after except select stream_id, viewers from before)) as changed;
  end if;
  return null;
end $$;

create trigger viewer_counts_inserted after insert on viewer_counts
  referencing new table as after for each statement execute function notify_viewer_counts();
create trigger viewer_counts_updated after update on viewer_counts
  referencing old table as before new table as after for each statement execute function notify_viewer_counts();
create trigger viewer_counts_deleted after delete on viewer_counts
  referencing old table as before for each statement execute function notify_viewer_counts();
