import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import type { Caller } from "../support/caller.ts";
import { activeFacts, openMarket, operatorProfile, type OwnMarket } from "../support/market.ts";

let market: OwnMarket;
beforeAll(async () => {
  market = await openMarket({ introduced: false });
});
afterAll(() => market.close());

const path = "/v1/operator/profile";
const contact = { name: "Kim Meyer", email: "kim@example.com" };
const address = { street: "Hafenstr. 1", city: "Hamburg", postal_code: "20457", country: "DE" };
let enrolled = 0;

/** What the operator's write came to: its status, and the code of a refusal. */
async function said(body: Record<string, unknown>, headers: Record<string, string> = {}) {
  const answer = await market.operator.send("PUT", path, body, { headers });
  return { status: answer.status, code: jsonOf(answer)["code"], etag: answer.headers["etag"], body: jsonOf(answer) };
}

async function adding(facts: Record<string, unknown>) {
  enrolled += 1;
  const body = { name: `Seller ${enrolled}`, address, contact, ...facts };
  const answer = await market.operator.send("POST", "/v1/operator/sellers", body);
  return { status: answer.status, body: jsonOf<{ id: string; code?: string }>(answer) };
}

const active = () => activeFacts("sellers", "DE", enrolled + 1);

describe("Before the operator has said who it is", () => {
  test("there is no profile, and an If-Match meets none", async () => {
    expect((await market.operator.send("GET", path)).status).toBe(404);
    expect(await said(operatorProfile, { "if-match": '"1"' })).toMatchObject({ status: 412, code: "version-stale" });
  });

  test("no seller becomes active: neither one that is added so nor one under review", async () => {
    expect(await adding(active())).toMatchObject({ status: 409, body: { code: "operator-profile-missing", retry: "new_key" } });
    const { activate: _, ...facts } = active();
    const { body } = await adding(facts);
    const step = (action: string) => market.operator.send("POST", `/v1/operator/sellers/${body.id}/${action}`, {});
    expect((await step("review")).status).toBe(200);
    expect(jsonOf(await step("activate"))).toMatchObject({ code: "operator-profile-missing", status: 409 });
    expect(await market.operator.get(`/v1/operator/sellers/${body.id}`)).toMatchObject({ state: "under_review", version: 2 });

    expect(await said(operatorProfile)).toMatchObject({ status: 200, etag: '"1"', body: { ...operatorProfile, version: 1 } });
    expect((await step("activate")).status).toBe(200);
  });

  test("what a seller lacks itself is told first", async () => {
    expect(await adding({ activate: true })).toMatchObject({ status: 409, body: { code: "seller-incomplete" } });
  });
});

describe("The operator's profile", () => {
  test("is written whole over the version that was read, with an audit entry", async () => {
    const { registration_number: _, bic: __, ...less } = operatorProfile;
    const moved = { ...less, name: "Stoa Handel GmbH" };
    expect(await said(moved, { "if-match": '"9"' })).toMatchObject({ status: 412, code: "version-stale" });
    const written = await said(moved, { "if-match": '"1"' });
    expect(written).toMatchObject({ status: 200, etag: '"2"', body: { ...moved, registration_number: null, bic: null, version: 2 } });
    expect(await market.operator.get(path)).toEqual(written.body);
    const { items } = await market.operator.get<{ items: Record<string, unknown>[] }>("/v1/operator/audit?limit=1");
    expect(items[0]).toMatchObject({
      action: "operator.changed",
      before: { ...operatorProfile, version: 1 },
      after: { name: "Stoa Handel GmbH", version: 2 },
    });
  });

  test("is written one after the other by who writes at once: no version is lost", async () => {
    const before = await market.operator.get<{ version: number }>(path);
    const answers = await Promise.all(["A", "B", "C"].map((name) => said({ ...operatorProfile, name })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.map(({ body }) => body["version"]).toSorted()).toEqual([1, 2, 3].map((more) => before.version + more));
  });

  test.each([
    ["an IBAN whose check digits do not fit", { iban: "DE03120300000000202051" }, "/iban"],
    ["an IBAN with spaces", { iban: "DE02 1203 0000 0000 2020 51" }, "/iban"],
    ["a time zone that there is not", { time_zone: "Europe/Atlantis" }, "/time_zone"],
    ["a BIC of nine", { bic: "BYLADEM10" }, "/bic"],
  ])("is refused with %s", async (_, fault, pointer) => {
    const { status, body } = await said({ ...operatorProfile, ...fault });
    expect({ status, body }).toMatchObject({ status: 400, body: { code: "request-invalid", errors: [{ pointer }] } });
  });

  test("is read by each of the operator's roles and changed by admins alone", async () => {
    for (const role of ["finance", "support", "viewer"]) {
      const { secret } = await market.operator.post<{ secret: string }>("/v1/operator/keys", { name: role, role });
      const caller: Caller = market.caller(secret);
      expect(await caller.get(path)).toMatchObject({ series_prefix: "STOA" });
      expect((await caller.send("PUT", path, operatorProfile)).status).toBe(403);
    }
  });
});

describe("A series prefix is one issuer's", () => {
  test("a seller gets neither another seller's nor the operator's, and the operator gets no seller's", async () => {
    const first = { ...active(), series_prefix: "TAKEN" };
    expect((await adding(first)).status).toBe(201);
    expect(await adding({ ...active(), series_prefix: "TAKEN" })).toMatchObject({ status: 409, body: { code: "series-prefix-taken" } });
    expect(await adding({ ...active(), series_prefix: "STOA" })).toMatchObject({ status: 409, body: { code: "series-prefix-taken" } });
    expect(await said({ ...operatorProfile, series_prefix: "TAKEN" })).toMatchObject({ status: 409, code: "series-prefix-taken" });
  });

  test("what an issuer leaves is free again, and of two who want it at once one gets it", async () => {
    expect((await said({ ...operatorProfile, series_prefix: "STOA2" })).status).toBe(200);
    const wanting = [said(operatorProfile), ...Array.from({ length: 4 }, () => adding({ ...active(), series_prefix: "STOA" }))];
    const statuses = (await Promise.all(wanting)).map(({ status }) => status);
    expect(statuses.filter((status) => status < 300)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(4);
  });

  test("stays the operator's from its first document on", async () => {
    await said({ ...operatorProfile, series_prefix: "STOA3" });
    await market.database.owner(`
      with operator as (select operator_id as id from operator_profiles),
        series as (insert into document_series select id, 'commission_invoice', 2026, 1, '2026-01-31' from operator returning issuer_id)
      insert into documents (issuer_id, document_id, type, year, number, number_text, reference_key, recipient_id, issued_on, issued_at, currency,
        net, tax, total, text, hash)
      select issuer_id, gen_random_uuid(), 'commission_invoice', 2026, 1, 'STOA3-2026-000001', 'STOA32026000001', issuer_id, '2026-01-31',
        '2026-01-31', 'EUR', 1, 0, 1, '{}', sha256('{}') from series`);
    const fixed = { status: 409, code: "series-prefix-fixed", body: { series_prefix: "STOA3" } };
    expect(await said({ ...operatorProfile, series_prefix: "STOA4" })).toMatchObject(fixed);
    expect(await said({ ...operatorProfile, series_prefix: "STOA3" })).toMatchObject({ status: 200 });
  });
});
