import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { roles } from "../../src/platform/db/index.ts";
import { openTestDatabase, testLogin, type TestDatabase } from "../support/database.ts";

let clone: TestDatabase;
beforeAll(async () => {
  clone = await openTestDatabase();
});
afterAll(() => clone.close());

const applicationSide = [...roles, testLogin];

/** What a role of the application's side owns, and what it is that it must not be. */
const owned = (test: TestDatabase) =>
  test.owner<{ who: string; what: string }>(
    `select pg_get_userbyid(relowner)::text as who, relname::text as what from pg_class where pg_get_userbyid(relowner) = any($1)
     union all select pg_get_userbyid(proowner)::text, proname::text from pg_proc where pg_get_userbyid(proowner) = any($1)
     union all select pg_get_userbyid(nspowner)::text, nspname::text from pg_namespace where pg_get_userbyid(nspowner) = any($1)
     union all select pg_get_userbyid(datdba)::text, datname::text from pg_database where pg_get_userbyid(datdba) = any($1)
     order by 2`,
    [applicationSide],
  );

/** Tables that carry an organisation's rows and are not under row-level security with FORCE. */
const unguarded = (test: TestDatabase) =>
  test.owner<{ name: string }>(
    `select relname::text as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity)
       and exists (select from pg_attribute where attrelid = pg_class.oid and attname in ('organisation_id', 'seller_id', 'company_id') and not attisdropped)
     order by 1`,
  );

/** What the application's side may change where history is posted: nothing, but the one place each that is named here. */
const posted = [
  "events",
  "event_audiences",
  "audit_entries",
  "checkout_history",
  "order_history",
  "movements",
  "stock_operations",
  "bank_allocations",
  "ledger_accounts",
  "ledger_transactions",
  "ledger_transfers",
];
const changeable = (test: TestDatabase) =>
  test.owner<{ may: string }>(
    `select distinct format('%s %s %s%s', grantee::regrole, lower(privilege_type), relname, case when col is null then '' else '.' || col end) as may
     from (select relname, relacl as acl, null as col from pg_class where relname = any($1)
           union all select relname, attacl, attname from pg_class join pg_attribute on attrelid = pg_class.oid where relname = any($1)) as granted,
          aclexplode(acl)
     where privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE') and grantee::regrole::text = any($2)
     order by 1`,
    [posted, applicationSide],
  );

describe("the roles of the application", () => {
  test("own nothing; nor does the user that the application signs in as", async () => {
    expect(await owned(clone)).toEqual([]);
  });

  test("that own a table are found", async () => {
    const planted = await openTestDatabase();
    await planted.owner("grant create on schema public to stoa_flow; create table planted (); alter table planted owner to stoa_flow");
    expect(await owned(planted)).toContainEqual({ who: "stoa_flow", what: "planted" });
    await planted.close();
  });

  test("are no superusers, may not pass by row-level security, make roles or databases; none but the login user signs in", async () => {
    const rows = await clone.owner(
      `select rolname::text as name, rolcanlogin as signs_in from pg_roles
       where rolname = any($1) and not rolsuper and not rolbypassrls and not rolcreaterole and not rolcreatedb and not rolreplication order by 1`,
      [applicationSide],
    );
    expect(rows).toEqual([...applicationSide].sort().map((name) => ({ name, signs_in: name === testLogin })));
  });

  test("are taken on, never inherited: the login user by itself may read nothing", async () => {
    const rows = await clone.owner(
      `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and has_table_privilege($1, oid, 'SELECT')`,
      [testLogin],
    );
    expect(rows).toEqual([]);
  });

  test("may not change what was posted, but for the position of an event, once", async () => {
    expect(await changeable(clone)).toEqual([
      { may: "stoa_sequencer update event_audiences.position" },
      { may: "stoa_sequencer update events.position" },
    ]);
  });

  test("that may change what was posted are found", async () => {
    const planted = await openTestDatabase();
    await planted.owner("grant delete on movements to stoa_flow; grant update (at) on bank_allocations to stoa_operator");
    expect(await changeable(planted)).toEqual(
      expect.arrayContaining([{ may: "stoa_flow delete movements" }, { may: "stoa_operator update bank_allocations.at" }]),
    );
    await planted.close();
  });

  test("may not move the clock of the tests", async () => {
    const rows = await clone.owner(
      `select r from unnest($1::text[]) as r
       where has_table_privilege(r, 'clock_offset', 'INSERT') or has_table_privilege(r, 'clock_offset', 'UPDATE') or has_table_privilege(r, 'clock_offset', 'DELETE')`,
      [applicationSide],
    );
    expect(rows).toEqual([]);
  });
});

describe("every table with an organisation's rows", () => {
  test("is under row-level security, for its owner too", async () => {
    expect(await unguarded(clone)).toEqual([]);
  });

  test("and one that is not is found", async () => {
    const planted = await openTestDatabase();
    await planted.owner(`
      create table planted (seller_id uuid); alter table planted enable row level security;
      create table another (company_id uuid)`);
    expect(await unguarded(planted)).toEqual([{ name: "another" }, { name: "planted" }]);
    await planted.close();
  });
});
