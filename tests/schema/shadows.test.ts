import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Company, openMarket, type OwnMarket } from "../support/market.ts";

let market: OwnMarket;
let company: Company;
let login: pg.Client;
beforeAll(async () => {
  market = await openMarket();
  company = await market.company();
  const offer = await (await market.seller()).offer();
  await company.placed([{ offer, quantity: 1 }]);
  login = new pg.Client({ connectionString: market.database.url });
  await login.connect();
});
afterAll(async () => {
  await login?.end();
  await market?.close();
});

/** What the last statement of a role gives, or what refused it; nothing of it stays. */
async function said(role: string, statements: readonly string[]): Promise<unknown> {
  await login.query("begin");
  try {
    await login.query(`set local role ${role}`);
    let rows: unknown;
    for (const text of statements) rows = (await login.query(text)).rows;
    return rows;
  } catch (error) {
    return error instanceof pg.DatabaseError ? (error.constraint ?? error.message) : error;
  } finally {
    await login.query("rollback");
  }
}

// Whoever may connect may make temporary tables, and they are found before any other of their name.
describe("a session's own temporary table", () => {
  test("does not move the clock", async () => {
    const moved = await said("stoa_flow", [
      "create temporary table clock_offset (only_row boolean, offset_by interval) on commit drop",
      "insert into pg_temp.clock_offset values (true, '10 years')",
      "select stoa_now() > clock_timestamp() + interval '1 year' as moved",
    ]);
    expect(moved).toEqual([{ moved: false }]);
  });

  test.each(["checkout", "order"])("gives no %s an edge that its lifecycle has not", async (machine) => {
    const skipped = await said("stoa_flow", [
      "create temporary table lifecycle_edges (like public.lifecycle_edges) on commit drop",
      `insert into pg_temp.lifecycle_edges values ('${machine}', 'confirmed', 'leap', 'expired', '', false)`,
      `update ${machine}s set version = version + 1, state = 'expired'`,
    ]);
    expect(skipped).toBe(`${machine}s_follow_their_lifecycle`);
  });
});

describe("a position that the sequencer did not give", () => {
  const event = (organisation: string) => `
    insert into events (organisation_id, subject_id, subject_version, event_id, type, subject_type, occurred_at, request_id, data, position)
    values (${organisation}, gen_random_uuid(), 1, gen_random_uuid(), 'checkout.confirmed', 'checkout', now(), 'req', '{}', 1000)`;
  const told = (organisation: string) => `
    insert into event_audiences (organisation_id, event_id, envelope, position) values (${organisation}, gen_random_uuid(), '{}', 1000)`;
  const ownOf = "current_setting('app.organisation')::uuid";

  test.each(["stoa_flow", "stoa_operator"])("is not written by %s", async (role) => {
    expect(await said(role, [event("gen_random_uuid()")])).toMatch(/row-level security.*"events"/);
    expect(await said(role, [told("gen_random_uuid()")])).toMatch(/row-level security.*"event_audiences"/);
  });

  test("is not written by an organisation for itself", async () => {
    const own = "select set_config('app.organisation', gen_random_uuid()::text, true)";
    expect(await said("stoa_application", [own, event(ownOf)])).toMatch(/row-level security.*"events"/);
    expect(await said("stoa_application", [own, told(ownOf)])).toMatch(/row-level security.*"event_audiences"/);
  });
});
