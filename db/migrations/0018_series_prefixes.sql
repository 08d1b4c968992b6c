-- Why: the numbers of no two issuers begin alike, be they sellers or the operator, and who has issued under a prefix keeps it.
-- squawk-ignore-file constraint-missing-not-valid, adding-foreign-key-constraint, adding-field-with-default
-- Documents are younger than the release before this one: there are none to be looked at or written anew.
-- Up Migration
set local lock_timeout = '2s';
set local statement_timeout = '60s';

-- The prefix of each issuer, in one place for all of them. Only the triggers of who has a prefix write it.
create table series_prefixes (
  issuer_id uuid not null,
  prefix    text not null,
  constraint series_prefixes_pkey primary key (issuer_id),
  constraint series_prefixes_prefix_key unique (prefix),
  -- For documents to point at.
  constraint series_prefixes_issuer_prefix_key unique (issuer_id, prefix),
  constraint series_prefixes_issuer_fkey foreign key (issuer_id) references organisations
);
grant select on series_prefixes to stoa_read;

-- The argument is the column that names the issuer. It works as its owner: no role of the application may write the table.
create function keep_series_prefix() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  issuer constant uuid := to_jsonb(new) ->> tg_argv[0];
begin
  if new.series_prefix is null then
    delete from series_prefixes where issuer_id = issuer;
  else
    insert into series_prefixes (issuer_id, prefix) values (issuer, new.series_prefix)
    on conflict (issuer_id) do update set prefix = excluded.prefix;
  end if;
  return null;
end $$;
create trigger sellers_share_their_prefix_on_insert after insert on sellers
  for each row when (new.series_prefix is not null) execute function keep_series_prefix('seller_id');
create trigger sellers_share_their_prefix_on_update after update on sellers
  for each row when (new.series_prefix is distinct from old.series_prefix) execute function keep_series_prefix('seller_id');
create trigger operator_profiles_share_their_prefix_on_insert after insert on operator_profiles
  for each row execute function keep_series_prefix('operator_id');
create trigger operator_profiles_share_their_prefix_on_update after update on operator_profiles
  for each row when (new.series_prefix is distinct from old.series_prefix) execute function keep_series_prefix('operator_id');

create trigger operator_profiles_only_rise before update on operator_profiles
  for each row when (new.version <= old.version) execute function refuse_going_back();
create trigger operator_profiles_stay before delete or truncate on operator_profiles for each statement execute function refuse_the_change();

alter table sellers no force row level security;
insert into series_prefixes (issuer_id, prefix) select seller_id, series_prefix from sellers where series_prefix is not null;
alter table sellers force row level security;

-- A number begins with the prefix that its issuer has. So the prefix stays from the first document on, and a document that is being issued
-- while the prefix changes waits for it, or is waited for.
alter table documents add column series_prefix text not null generated always as (split_part(number_text, '-', 1)) stored;
alter table documents add constraint documents_begin_with_their_prefix
  foreign key (issuer_id, series_prefix) references series_prefixes (issuer_id, prefix);
