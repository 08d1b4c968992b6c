import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dumpSchema } from "../../src/platform/db/index.ts";
import { openEmptyDatabase, openTestDatabase, type TestDatabase } from "../support/database.ts";

const written = readFileSync(new URL("../../db/schema.sql", import.meta.url), "utf8");

let clone: TestDatabase;
/** One that is changed by test after test: each change has to show against the one before. */
let changed: TestDatabase;
let version: number;
beforeAll(async () => {
  clone = await openTestDatabase();
  changed = await openTestDatabase();
  const [server] = await clone.owner<{ version: number }>("select current_setting('server_version_num')::integer / 10000 as version");
  version = server?.version ?? 0;
});
afterAll(async () => {
  await changed.close();
  await clone.close();
});

describe("db/schema.sql", () => {
  test("is the schema that the migrations make (PostgreSQL 18 prints it)", async ({ skip }) => {
    skip(version !== 18, "other versions print some expressions otherwise");
    expect(await dumpSchema(clone.ownerUrl)).toBe(written);
  });

  test("makes the same schema again in an empty database", async () => {
    const empty = await openEmptyDatabase();
    await empty.owner(await dumpSchema(clone.ownerUrl));
    expect(await dumpSchema(empty.ownerUrl)).toBe(await dumpSchema(clone.ownerUrl));
    await empty.close();
  });

  test.each([
    ["a column", "alter table offers add column planted text collate \"C\" default 'x' not null"],
    ["a default", "alter table offers alter column version set default 1"],
    ["a constraint", "alter table stock_levels drop constraint stock_levels_never_oversold"],
    [
      "a foreign key's rule",
      "alter table orders drop constraint orders_checkout_fkey, add constraint orders_checkout_fkey foreign key (company_id, checkout_id) references checkouts on delete cascade",
    ],
    ["an index", "create index planted on offers (version) where version > 1"],
    ["a trigger", "alter table credit_accounts disable trigger credit_within_limit"],
    ["a function", "create or replace function stoa_organisation() returns uuid language sql stable as 'select null::uuid'"],
    ["who may run a function", "revoke execute on function stoa_now() from public"],
    ["a policy", "alter policy offers_own on offers using (true)"],
    ["row-level security", "alter table offers no force row level security"],
    ["a grant", "revoke insert on offers from stoa_application"],
    ["a grant of a column", "grant update (total) on orders to stoa_flow"],
    ["a grant on the schema", "revoke usage on schema public from stoa_read"],
    ["a storage parameter", "alter table stock_levels reset (fillfactor)"],
    ["a comment", "comment on column offers.step is 'units'"],
  ])("shows a change of %s", async (_, change) => {
    const before = await dumpSchema(changed.ownerUrl);
    await changed.owner(change);
    expect(await dumpSchema(changed.ownerUrl)).not.toBe(before);
  });

  test("is not written when there is something that it could not show", async () => {
    await changed.owner("create view seen as select 1 as one; create type mood as enum ('good')");
    await expect(dumpSchema(changed.ownerUrl)).rejects.toThrow("the dump does not know type mood, v seen: teach it");
  });
});
