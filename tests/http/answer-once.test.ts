import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sql, withReader } from "../../src/platform/db/index.ts";
import { codeOf } from "../support/caller.ts";
import { jsonOf } from "../support/barrier.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";
import { type ExampleMarket, openExampleMarket } from "./example-market.ts";
import { rowCounts } from "./row-counts.ts";

let market: OwnMarket;
let objects: ExampleMarket;
beforeAll(async () => {
  market = await openMarket();
  objects = await openExampleMarket(market);
});
afterAll(() => market.close());

const keysPath = () => `/v1/operator/sellers/${objects.ids.seller}/keys`;

describe("a refusal of the business", () => {
  test("is stored: the same key gets it again, with when it was decided, though the goods have come meanwhile", async () => {
    const seller = await market.seller();
    const company = await market.company();
    const offer = await seller.offer({ units: 1 });
    const key = randomUUID();
    const refused = await company.place([{ offer, quantity: 2 }], { key, reference: "A" });
    const after = await rowCounts(market.database);
    await seller.post("/v1/seller/stock/receipts", { lines: [{ offer: offer.id, location: offer.location, quantity: 5 }] });

    const again = await company.place([{ offer, quantity: 2 }], { key, reference: "A" });
    const anew = await company.place([{ offer, quantity: 2 }], { reference: "A" });

    expect(codeOf(refused)).toBe("stock-short");
    expect(jsonOf(refused)["decided_at"]).toBeUndefined();
    const { decided_at: decidedAt, ...rest } = jsonOf(again);
    expect(rest).toEqual(jsonOf(refused));
    expect(decidedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect(again.headers["date"]).toBe(refused.headers["date"]);
    expect(anew.status).toBe(201);
    expect((await rowCounts(market.database))["idempotency"]).toBe((after["idempotency"] ?? 0) + 2);
  });

  test("leaves nothing but its answer, whatever its command had written before", async () => {
    const sku = `SKU-${randomUUID()}`;
    const variant = { sku, title: "x", unit: "C62", attributes: {} };
    await market.operator.post("/v1/operator/products", { title: "First", variants: [variant] });
    const { idempotency: kept = 0, ...before } = await rowCounts(market.database);
    const refused = await market.operator.send("POST", "/v1/operator/products", {
      title: "Second",
      variants: [{ ...variant, sku: "NEW" }, variant],
    });
    const { idempotency: now, ...after } = await rowCounts(market.database);
    expect(codeOf(refused)).toBe("sku-taken");
    expect(after).toEqual(before);
    expect(now).toBe(kept + 1);
  });
});

describe("what is not stored", () => {
  test("leaves the key free: a 412 is followed by a 200 under the same key", async () => {
    const path = `/v1/operator/companies/${objects.ids.company}/credit-accounts/EUR`;
    const body = { limit: { amount: 300_000_000, currency: "EUR" } };
    const key = randomUUID();
    const stale = await market.operator.send("PUT", path, body, { key, headers: { "if-match": '"9"' } });
    const right = await market.operator.send("PUT", path, body, { key, headers: { "if-match": '"1"' } });
    expect([stale.status, right.status, right.headers["idempotent-replayed"]]).toEqual([412, 200, undefined]);
  });
});

describe("an answer that reveals a secret", () => {
  test("is stored sealed, opened for its key for one hour, and then no longer", async () => {
    const key = randomUUID();
    const body = { name: "revealed", role: "viewer" };
    const first = await market.operator.send("POST", keysPath(), body, { key });
    const { secret } = jsonOf<{ secret: string }>(first);
    expect(secret).toMatch(/^stoa_[0-9a-z]{26}_[\w-]{32}$/);

    const stored = await withReader(market.database.database, { role: "stoa_read" }, (reader) =>
      reader.query(sql<{ sealed: boolean; body: Buffer }>`select sealed, body from idempotency where operation like '%/keys'`),
    );
    expect(stored.length).toBeGreaterThan(0);
    for (const row of stored) {
      expect(row.sealed).toBe(true);
      expect(row.body.includes("stoa_")).toBe(false);
    }

    const again = await market.operator.send("POST", keysPath(), body, { key });
    expect(again.body.equals(first.body)).toBe(true);
    await market.moveClock(59 * 60 * 1_000);
    expect((await market.operator.send("POST", keysPath(), body, { key })).body.equals(first.body)).toBe(true);
    await market.moveClock(61 * 1_000);
    const late = await market.operator.send("POST", keysPath(), body, { key });
    expect([late.status, codeOf(late)]).toEqual([409, "answer-no-longer-available"]);
    await market.moveClock(-60 * 60 * 1_000 - 1_000);
  });

  test("is so wherever a secret is made: no stored body holds one", async () => {
    const leaks = await withReader(market.database.database, { role: "stoa_read" }, (reader) =>
      reader.query(sql<{ operation: string }>`
        select operation from idempotency where not sealed and convert_from(body, 'UTF8') ~ 'stoa_[0-9a-z]{26}_[A-Za-z0-9_-]{32}'`),
    );
    expect(leaks).toEqual([]);
  });
});

describe("a replay", () => {
  test("is authorised again: 401 for the key that was revoked meanwhile, the answer for the key that took its place", async () => {
    const owner = { name: "owner", role: "owner" };
    const [old, rotated] = [
      await market.operator.post<{ id: string; secret: string }>(keysPath(), owner),
      await market.operator.post<{ id: string; secret: string }>(keysPath(), owner),
    ];
    const key = randomUUID();
    const body = { name: "Replayed", country: "DE" };
    const first = await market.caller(old.secret).send("POST", "/v1/seller/locations", body, { key });
    await market.operator.post(`/v1/operator/keys/${old.id}/revoke`, {});

    const revoked = await market.caller(old.secret).send("POST", "/v1/seller/locations", body, { key });
    const again = await market.caller(rotated.secret).send("POST", "/v1/seller/locations", body, { key });

    expect([first.status, revoked.status, again.status]).toEqual([201, 401, 201]);
    expect(again.body.equals(first.body)).toBe(true);
    expect(again.headers["idempotent-replayed"]).toBe("true");
  });

  test("is not given to a role that may not do what it tells of", async () => {
    const key = randomUUID();
    const body = { name: "Not for viewers", country: "DE" };
    const first = await objects.callers.seller.send("POST", "/v1/seller/locations", body, { key });
    const viewer = await market.operator.post<{ secret: string }>(keysPath(), { name: "viewer", role: "viewer" });
    const refused = await market.caller(viewer.secret).send("POST", "/v1/seller/locations", body, { key });
    expect([first.status, refused.status]).toEqual([201, 403]);
  });
});

describe("a list", () => {
  test("goes from new to old over its pages without a gap, and its cursor belongs to its list, its caller and its filters", async () => {
    const seller = await market.seller();
    const offers = await seller.offers(Array.from({ length: 5 }, () => ({})));
    type Page = { items: { id: string }[]; next_cursor: string | null };
    const seen: string[] = [];
    let path = "/v1/seller/offers?limit=2";
    for (;;) {
      const answer = await seller.send("GET", path);
      const page = jsonOf<Page>(answer);
      seen.push(...page.items.map(({ id }) => id));
      expect(page.items.length).toBeLessThanOrEqual(2);
      if (page.next_cursor === null) {
        expect(answer.headers["link"]).toBeUndefined();
        break;
      }
      path = /<([^>]+)>/.exec(answer.headers["link"] ?? "")?.[1] ?? "";
      expect(Object.fromEntries(new URL(path, "http://any").searchParams)).toEqual({ limit: "2", cursor: page.next_cursor });
      expect(answer.headers["link"]).toBe(`<${path}>; rel="next"`);
    }
    expect(seen).toEqual(
      offers
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
    );

    const { next_cursor: cursor } = await seller.get<Page>("/v1/seller/offers?limit=1");
    const other = await market.seller();
    for (const [caller, elsewhere] of [
      [other, `/v1/seller/offers?cursor=${cursor}`],
      [seller, `/v1/seller/locations?cursor=${cursor}`],
      [seller, `/v1/seller/stock?offer=${offers[0]?.id}&cursor=${cursor}`],
    ] as const) {
      const answer = await caller.send("GET", elsewhere);
      expect([answer.status, jsonOf<{ errors: { pointer: string }[] }>(answer).errors[0]?.pointer]).toEqual([400, "/cursor"]);
    }
  });
});
