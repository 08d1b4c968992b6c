-- Why: what every write needs, whatever it is about: the clock, the stored answer of a key, the edges of the lifecycles,
-- the facts that were made true, the deadlines to come and who did what.
-- Up Migration
set local lock_timeout = '2s';
set local statement_timeout = '60s';

revoke create on schema public from public;
grant usage on schema public to stoa_application, stoa_flow, stoa_operator, stoa_sequencer, stoa_auth, stoa_read;

-- Only the owner of the schema may move the clock, and only the test kit does: no application role can write here.
create table clock_offset (
  only_row  boolean  not null default true,
  offset_by interval not null,
  constraint clock_offset_pkey primary key (only_row),
  constraint clock_offset_is_one_row check (only_row)
);
grant select on clock_offset to stoa_application, stoa_flow, stoa_operator, stoa_sequencer, stoa_auth, stoa_read;

-- Milliseconds, so that a time read by the application and written back is the same time. The table is named with its schema here and
-- in every guard that reads one: a session's own temporary table of the same name would be found before it.
create function stoa_now() returns timestamptz language sql volatile parallel safe as $$
  select date_trunc('milliseconds', clock_timestamp() + coalesce((select offset_by from public.clock_offset), interval '0'))
$$;

-- The organisation a transaction works for. A missing one is an error and never "all rows".
create function stoa_organisation() returns uuid language sql stable parallel safe as $$
  select current_setting('app.organisation')::uuid
$$;

-- For what may only move one way: the trigger's name is the guard's, its WHEN says which way.
create function refuse_going_back() returns trigger language plpgsql as $$
begin
  raise exception '% may not go back', TG_TABLE_NAME using errcode = '23514', constraint = TG_NAME, table = TG_TABLE_NAME;
end $$;

create table idempotency (
  organisation_id uuid        not null,
  operation       text        not null,
  key_hash        bytea       not null,
  idempotency_id  uuid        not null,
  fingerprint     bytea       not null,
  principal_id    uuid        not null,
  status          smallint    not null,
  answered_at     timestamptz not null,
  content_type    text        not null,
  location        text,
  etag            text,
  sealed          boolean     not null default false,
  body            bytea       not null,
  constraint idempotency_pkey primary key (organisation_id, operation, key_hash),
  constraint idempotency_key_hash_is_sha256 check (octet_length(key_hash) = 32),
  constraint idempotency_fingerprint_is_sha256 check (octet_length(fingerprint) = 32),
  constraint idempotency_status_is_final check (status between 200 and 299 or status in (402, 409, 422))
);
-- Rows come in the order of their time, so a block range index of a few pages is enough for the purge.
create index idempotency_by_age on idempotency using brin (answered_at);
alter table idempotency enable row level security;
alter table idempotency force row level security;
create policy idempotency_own on idempotency to stoa_application
  using (organisation_id = (select current_setting('app.organisation')::uuid));
create policy idempotency_flow on idempotency to stoa_flow using (true);
create policy idempotency_operator on idempotency to stoa_operator using (true);
create policy idempotency_read on idempotency for select to stoa_read using (true);
grant select, insert on idempotency to stoa_application, stoa_operator;
grant select, insert, delete on idempotency to stoa_flow;
grant select on idempotency to stoa_read;

create table lifecycle_edges (
  machine    text        not null,
  from_state text        not null,
  event      text        not null,
  to_state   text        not null,
  since      text        not null,
  retired    boolean     not null default false,
  constraint lifecycle_edges_pkey primary key (machine, from_state, event, to_state)
);
grant select on lifecycle_edges to stoa_application, stoa_flow, stoa_operator, stoa_read;

create table events (
  organisation_id uuid        not null,
  subject_id      uuid        not null,
  subject_version integer     not null,
  event_id        uuid        not null,
  type            text        not null,
  subject_type    text        not null,
  occurred_at     timestamptz not null,
  request_id      text        not null,
  traceparent     text,
  data            text        not null,
  position        bigint,
  constraint events_pkey primary key (organisation_id, subject_id, subject_version),
  constraint events_position_key unique (position),
  constraint events_version_counts_from_one check (subject_version > 0)
);
create index events_unnumbered on events (subject_id, subject_version) where position is null;
alter table events enable row level security;
alter table events force row level security;
-- Written without a position, which is the sequencer's to give: one that is taken already would stop it for good.
create policy events_own_insert on events for insert to stoa_application
  with check (organisation_id = (select current_setting('app.organisation')::uuid) and position is null);
create policy events_flow_insert on events for insert to stoa_flow with check (position is null);
create policy events_operator_insert on events for insert to stoa_operator with check (position is null);
create policy events_operator_select on events for select to stoa_operator using (true);
create policy events_sequencer_select on events for select to stoa_sequencer using (true);
create policy events_sequencer_update on events for update to stoa_sequencer using (true);
create policy events_read on events for select to stoa_read using (true);
grant insert on events to stoa_application, stoa_flow, stoa_operator;
grant select on events to stoa_operator, stoa_sequencer, stoa_read;
grant update (position) on events to stoa_sequencer;

-- What one organisation may know of an event. The envelope is whole, so that its reader needs no other table.
create table event_audiences (
  organisation_id uuid   not null,
  event_id        uuid   not null,
  envelope        text   not null,
  position        bigint,
  constraint event_audiences_position_key unique (organisation_id, position)
);
create unique index event_audiences_unnumbered on event_audiences (event_id, organisation_id) where position is null;
alter table event_audiences enable row level security;
alter table event_audiences force row level security;
create policy event_audiences_own on event_audiences to stoa_application
  using (organisation_id = (select current_setting('app.organisation')::uuid))
  with check (organisation_id = (select current_setting('app.organisation')::uuid) and position is null);
create policy event_audiences_flow_insert on event_audiences for insert to stoa_flow with check (position is null);
create policy event_audiences_operator_insert on event_audiences for insert to stoa_operator with check (position is null);
create policy event_audiences_sequencer_select on event_audiences for select to stoa_sequencer using (true);
create policy event_audiences_sequencer_update on event_audiences for update to stoa_sequencer using (true);
create policy event_audiences_read on event_audiences for select to stoa_read using (true);
grant select, insert on event_audiences to stoa_application;
grant insert on event_audiences to stoa_flow, stoa_operator;
grant select on event_audiences to stoa_sequencer, stoa_read;
grant update (position) on event_audiences to stoa_sequencer;

create function refuse_second_position() returns trigger language plpgsql as $$
begin
  raise exception 'a position is given once' using errcode = '23514', constraint = TG_TABLE_NAME || '_position_is_given_once', table = TG_TABLE_NAME;
end $$;
create trigger events_position_is_given_once before update on events
  for each row when (old.position is not null) execute function refuse_second_position();
create trigger event_audiences_position_is_given_once before update on event_audiences
  for each row when (old.position is not null) execute function refuse_second_position();

create table event_sequencer (
  only_row      boolean not null default true,
  last_position bigint  not null default 0,
  constraint event_sequencer_pkey primary key (only_row),
  constraint event_sequencer_is_one_row check (only_row)
);
insert into event_sequencer default values;
create trigger event_sequencer_only_rises before update on event_sequencer
  for each row when (new.last_position < old.last_position) execute function refuse_going_back();
grant select, update (last_position) on event_sequencer to stoa_sequencer;
grant select on event_sequencer to stoa_read;

create table deadlines (
  organisation_id uuid        not null,
  kind            text        not null,
  subject_id      uuid        not null,
  due_at          timestamptz not null,
  constraint deadlines_pkey primary key (organisation_id, kind, subject_id)
);
create index deadlines_by_due on deadlines (due_at);
alter table deadlines enable row level security;
alter table deadlines force row level security;
create policy deadlines_flow on deadlines to stoa_flow using (true);
create policy deadlines_read on deadlines for select to stoa_read using (true);
grant select, insert, update (due_at), delete on deadlines to stoa_flow;
grant select on deadlines to stoa_read;

create table audit_entries (
  audit_id        uuid        not null,
  at              timestamptz not null,
  organisation_id uuid        not null,
  principal_id    uuid        not null,
  action          text        not null,
  subject_type    text        not null,
  subject_id      uuid        not null,
  before          text,
  after           text,
  reason          text,
  request_id      text        not null,
  idempotency_id  uuid,
  constraint audit_entries_pkey primary key (audit_id)
);
alter table audit_entries enable row level security;
alter table audit_entries force row level security;
create policy audit_entries_operator on audit_entries to stoa_operator using (true);
create policy audit_entries_flow_insert on audit_entries for insert to stoa_flow with check (true);
create policy audit_entries_read on audit_entries for select to stoa_read using (true);
grant select, insert on audit_entries to stoa_operator;
grant insert on audit_entries to stoa_flow;
grant select on audit_entries to stoa_read;
