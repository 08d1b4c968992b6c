-- Why: an invoice is overdue from a moment on that whoever may read it knows, and which no later change of its seller moves.
-- squawk-ignore-file adding-required-field, constraint-missing-not-valid
-- Invoices are younger than the release before this one: there are none.
-- Up Migration
set local lock_timeout = '2s';
set local statement_timeout = '60s';

-- The beginning of the day after the one on which it is due, where its seller is. Nowhere is that further from midnight UTC than 15 hours.
alter table invoices add column overdue_from timestamptz not null;
alter table invoices add constraint invoices_overdue_from_the_next_day check (
  overdue_from at time zone 'UTC' between due_on + interval '9 hours' and due_on + interval '39 hours');
grant insert (overdue_from) on invoices to stoa_flow;
