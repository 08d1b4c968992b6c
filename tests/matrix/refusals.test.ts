import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { businessRows } from "../../src/http/business-rows.ts";
import { problemRows } from "../../src/http/problem-rows.ts";
import { example } from "../../src/http/examples.ts";
import { problemType } from "../../src/http/problem.ts";
import { newOrganisationExample } from "../../src/http/routes/organisation-shapes.ts";
import { advisoryHash } from "../../src/platform/idempotency/try-lock.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import { jsonOf } from "../support/barrier.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";
import { type ExampleMarket, openExampleMarket } from "../http/example-market.ts";
import { catalogueWays } from "./catalogue-ways.ts";
import { commissionWays } from "./commission-ways.ts";
import { tradeWays } from "./trade-ways.ts";

let market: OwnMarket;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

const euro = (amount: number) => ({ amount, currency: "EUR" });
const random = (prefix: string) => `${prefix}_01k9zv3n7gfx1t0c5r2m8q4a6b`;

/** What a placing of this market asks for, and what is changed in it. */
function placing(objects: ExampleMarket, changes: Record<string, unknown> = {}) {
  const body = {
    client_reference: randomUUID(),
    currency: "EUR",
    payment_method: "on_account",
    lines: [{ offer: objects.real(example.offer), quantity: 1 }],
    ...changes,
  };
  return objects.callers.buyer.send("POST", "/v1/buyer/checkouts", body);
}

/** An offer of the example's seller on other terms, with stock. */
async function offerOn(objects: ExampleMarket, terms: Record<string, unknown>): Promise<string> {
  const { seller } = objects.callers;
  const row = { reference: randomUUID(), sku: example.sku, currency: "EUR", unit_price: euro(100), tax_category: "standard", ...terms };
  const { results } = await seller.post<{ results: { id: string }[] }>("/v1/seller/offers/bulk", { offers: [row] });
  const offer = results[0]?.id ?? "";
  await seller.post("/v1/seller/stock/receipts", { lines: [{ offer, location: objects.real(example.location), quantity: 1_000 }] });
  return offer;
}

/** Adds a seller with these facts beside its name, address and contact. */
const sellerWith = (objects: ExampleMarket, facts: Record<string, unknown>) =>
  objects.callers.operator.send("POST", "/v1/operator/sellers", { ...newOrganisationExample, ...facts });

const importing = ({ callers }: ExampleMarket, text: string): Promise<HttpAnswer> =>
  callers.operator.send("POST", "/v1/operator/bank-statements", { format: "csv", text });
const receipt = (objects: ExampleMarket, bankReference: string, amount: number) =>
  objects.callers.operator.send("POST", `/v1/operator/checkouts/${objects.real(example.pendingCheckout)}/receipts`, {
    bank_reference: bankReference,
    amount: euro(amount),
  });

/** A way to each refusal of the business. */
const ways: Record<keyof typeof businessRows, (objects: ExampleMarket) => Promise<HttpAnswer>> = {
  "unknown-reference": (objects) => placing(objects, { lines: [{ offer: random("off"), quantity: 1 }] }),
  "state-conflict": (objects) =>
    objects.callers.buyer.send("POST", `/v1/buyer/checkouts/${objects.real(example.checkout)}/cancel`, { reason: "late" }),
  "stock-short": (objects) => placing(objects, { lines: [{ offer: objects.real(example.offer), quantity: 1_000_000 }] }),
  "reference-taken": (objects) => placing(objects, { client_reference: example.clientReference }),
  "total-differs": (objects) => placing(objects, { expected_total: euro(1) }),
  "credit-exceeded": async (objects) => {
    const offer = await offerOn(objects, { unit_price: euro(90_000_000) });
    return placing(objects, { lines: [{ offer, quantity: 2 }] });
  },
  "no-credit-account": async (objects) => {
    const offer = await offerOn(objects, { currency: "SEK", unit_price: { amount: 100, currency: "SEK" } });
    return placing(objects, { currency: "SEK", lines: [{ offer, quantity: 1 }] });
  },
  "credit-account-closed": async (objects) => {
    await objects.callers.operator.post(`/v1/operator/companies/${objects.ids.company}/credit-accounts/EUR/close`, {});
    return placing(objects);
  },
  "quantity-below-minimum": async (objects) =>
    placing(objects, { lines: [{ offer: await offerOn(objects, { minimum: 5 }), quantity: 4 }] }),
  "quantity-off-step": async (objects) => placing(objects, { lines: [{ offer: await offerOn(objects, { step: 5 }), quantity: 4 }] }),
  "currency-mismatch": (objects) => placing(objects, { currency: "SEK" }),
  "tax-not-supported": (objects) =>
    placing(objects, { delivery_address: { street: "1 Rue", city: "Paris", postal_code: "75001", country: "FR" } }),
  "amount-too-large": async (objects) => {
    const offer = await offerOn(objects, { unit_price: euro(Number.MAX_SAFE_INTEGER) });
    return placing(objects, { lines: [{ offer, quantity: 2 }] });
  },
  "payment-currency-differs": (objects) =>
    objects.callers.operator.send("POST", `/v1/operator/checkouts/${objects.real(example.pendingCheckout)}/receipts`, {
      ...{ bank_reference: randomUUID(), amount: { amount: 1, currency: "SEK" } },
    }),
  "bank-statement-unreadable": (objects) => importing(objects, "kind"),
  "bank-statement-unbalanced": (objects) =>
    importing(objects, "kind,statement,account,currency,date,amount\nopening,1,1,EUR,2026-01-15,1\nclosing,1,1,EUR,2026-01-15,2\n"),
  "not-left-to-credit": (objects) =>
    objects.callers.seller.send("POST", `/v1/seller/invoices/${objects.real(example.creditedInvoice)}/credit-notes`, {
      ...{ cause: "goodwill", reason: "scratched", all: true },
    }),
  "not-left-to-write-off": (objects) =>
    objects.callers.operator.send("POST", `/v1/operator/invoices/${objects.real(example.writtenOffInvoice)}/write-offs`, {
      reason: "insolvent",
    }),
  "write-off-undone": async (objects) => {
    const path = `/v1/operator/invoices/${objects.real(example.writtenOffInvoice)}/write-offs/1/undo`;
    await objects.callers.operator.post(path, { reason: "paid after all" });
    return objects.callers.operator.send("POST", path, { reason: "paid after all" });
  },
  "funds-short": (objects) =>
    objects.callers.operator.send("POST", `/v1/operator/companies/${objects.ids.company}/funds/send-back`, {
      ...{ bank_reference: randomUUID(), amount: euro(Number.MAX_SAFE_INTEGER), reason: "asked for" },
    }),
  "allocation-refused": (objects) =>
    objects.callers.operator.send("POST", `/v1/operator/bank-lines/${objects.real(example.bankLine)}/assign`, {
      ...{ allocations: [{ company: objects.ids.company, amount: { amount: 1, currency: "SEK" } }], reason: "said so" },
    }),
  "bank-reference-used": async (objects) => {
    const other = await openExampleMarket(market);
    const reference = randomUUID();
    expect((await receipt(other, reference, 595_000)).status).toBe(201);
    return receipt(objects, reference, 595_000);
  },
  "stock-in-use": (objects) =>
    objects.callers.seller.send("POST", "/v1/seller/stock/adjustments", {
      reason: "lost",
      lines: [{ offer: objects.real(example.offer), location: objects.real(example.location), delta: -999 }],
    }),
  "stock-above-bound": (objects) =>
    objects.callers.seller.send("POST", "/v1/seller/stock/receipts", {
      lines: [{ offer: objects.real(example.offer), location: objects.real(example.location), quantity: 1_000_000_000 }],
    }),
  "dispatch-country-differs": async (objects) => {
    const { seller } = objects.callers;
    const { id: to } = await seller.post<{ id: string }>("/v1/seller/locations", { name: "Linz", country: "AT" });
    const move = { line_number: 1, from: objects.real(example.location), to, quantity: 1 };
    return seller.send("POST", `/v1/seller/orders/${objects.real(example.order)}/reassign`, move);
  },
  "operator-profile-missing": async (objects) => {
    const { owner } = market.database;
    await owner("alter policy operator_profiles_operator on operator_profiles using (false)");
    const answer = await sellerWith(objects, { mandate: true, series_prefix: "UNPAID", activate: true });
    await owner("alter policy operator_profiles_operator on operator_profiles using (true)");
    return answer;
  },
  "not-representable": async (objects) => {
    const { operator, seller, buyer } = objects.callers;
    const dinar = (amount: number) => ({ amount, currency: "KWD" });
    const offer = await offerOn(objects, { currency: "KWD", unit_price: dinar(1_000) });
    await operator.post(`/v1/operator/companies/${objects.ids.company}/credit-accounts`, { currency: "KWD", limit: dinar(1_000_000) });
    const { orders } = await buyer.post<{ orders: { id: string }[] }>("/v1/buyer/checkouts", {
      ...{ client_reference: randomUUID(), currency: "KWD", payment_method: "on_account", lines: [{ offer, quantity: 1 }] },
    });
    const order = `/v1/seller/orders/${orders[0]?.id}`;
    await seller.post(`${order}/accept`, {});
    const lines = [{ line_number: 1, quantity: 1 }];
    await seller.post(`${order}/shipments`, { location: objects.real(example.location), lines, ship: true });
    const { items } = await seller.get<{ items: { id: string }[] }>(`/v1/seller/invoices?order=${orders[0]?.id}`);
    return seller.send("GET", `/v1/seller/invoices/${items[0]?.id}/ubl`);
  },
  "last-operator-admin": async (objects) => {
    type Key = { id: string; role: string; revoked_at: string | null };
    const { items } = await objects.callers.operator.get<{ items: Key[] }>("/v1/operator/keys?limit=200");
    const admin = items.find(({ role, revoked_at: revokedAt }) => role === "admin" && revokedAt === null);
    return objects.callers.operator.send("POST", `/v1/operator/keys/${admin?.id}/revoke`, {});
  },
  "last-owner": async (objects) => {
    const { items } = await objects.callers.buyer.get<{ items: { id: string; role: string }[] }>("/v1/buyer/members");
    const owner = items.find(({ role }) => role === "owner");
    return objects.callers.buyer.send("POST", `/v1/buyer/members/${owner?.id}/remove`, {});
  },
  "member-removed": async (objects) => {
    const path = `/v1/seller/members/${objects.real(example.sellerMember)}`;
    await objects.callers.seller.post(`${path}/remove`, {});
    return objects.callers.seller.send("POST", `${path}/keys`, { name: "late" });
  },
  "on-hold": async (objects) => {
    const hold = { order: objects.real(example.order), reason: "to be looked at", look_again_on: "2026-12-01" };
    await objects.callers.operator.post("/v1/operator/holds", hold);
    return objects.callers.seller.send("POST", `/v1/seller/orders/${objects.real(example.order)}/accept`, {});
  },
  "units-not-open": (objects) =>
    objects.callers.buyer.send("POST", `/v1/buyer/orders/${objects.real(example.order)}/cancel`, {
      lines: [{ line_number: 1, quantity: 99 }],
      reason: "too many",
    }),
  "units-packed": (objects) =>
    objects.callers.seller.send("POST", `/v1/seller/orders/${objects.real(example.shippingOrder)}/cancel`, {
      lines: [{ line_number: 1, quantity: 3 }],
      reason: "sold out",
    }),
  "request-open": (objects) =>
    objects.callers.seller.send("POST", `/v1/seller/orders/${objects.real(example.askedOrder)}/accept`, {
      lines: [{ line_number: 1, quantity: 1 }],
    }),
  "acceptance-empty": (objects) =>
    objects.callers.seller.send("POST", `/v1/seller/orders/${objects.real(example.order)}/accept`, {
      lines: [{ line_number: 1, quantity: 0 }],
    }),
  "promise-out-of-bounds": (objects) =>
    objects.callers.seller.send("POST", `/v1/seller/orders/${objects.real(example.order)}/accept`, { promised_on: "2020-01-01" }),
  "hold-released": async (objects) => {
    const path = `/v1/operator/holds/${objects.real(example.hold)}/release`;
    await objects.callers.operator.post(path, { reason: "done" });
    return objects.callers.operator.send("POST", path, { reason: "again" });
  },
  ...catalogueWays(() => market),
  ...commissionWays(() => market),
  ...tradeWays(() => market),
  "sku-taken": (objects) =>
    objects.callers.operator.send("POST", "/v1/operator/products", {
      title: "Again",
      variants: [{ sku: example.sku, title: "Again", unit: "C62", attributes: {} }],
    }),
  "name-taken": (objects) => objects.callers.seller.send("POST", "/v1/seller/locations", { name: "Hamburg", country: "DE" }),
  "credit-account-exists": (objects) =>
    objects.callers.operator.send("POST", `/v1/operator/companies/${objects.ids.company}/credit-accounts`, {
      currency: "EUR",
      limit: euro(1),
    }),
  "freight-not-available": async (objects) => {
    const plan = { name: "Abroad", kind: "flat", currency: "EUR", amount: euro(500), countries: ["AT"] };
    await objects.callers.seller.post("/v1/seller/freight-plans", plan);
    return placing(objects);
  },
  "freight-plan-retired": async (objects) => {
    const path = `/v1/seller/freight-plans/${objects.real(example.freightPlan)}`;
    await objects.callers.seller.post(`${path}/retire`, {});
    return objects.callers.seller.send("PUT", path, { name: "Parcel", amount: { amount: 1, currency: "NOK" } });
  },
  "tax-rate-ended": async (objects) => {
    const path = `/v1/operator/tax-rates/${objects.real(example.taxRate)}/end`;
    await objects.callers.operator.post(path, { valid_until: "2099-01-01" });
    return objects.callers.operator.send("POST", path, { valid_until: "2099-02-01" });
  },
  "tax-rate-exists": (objects) =>
    objects.callers.operator.send("POST", "/v1/operator/tax-rates", {
      ...{ country: "DE", category: "standard", code: "S", rate_ppm: 200_000, valid_from: "2020-01-01" },
    }),
  "orders-open": (objects) =>
    objects.callers.operator.send("POST", `/v1/operator/sellers/${objects.ids.seller}/close`, { reason: "gave up business" }),
  "home-country": (objects) => objects.callers.seller.send("PUT", "/v1/seller/profile/tax-numbers/DE", { number: "DE2" }),
  "seller-incomplete": (objects) => sellerWith(objects, { activate: true, mandate: true }),
  "series-prefix-taken": async (objects) => {
    await sellerWith(objects, { series_prefix: "TAKEN" });
    return sellerWith(objects, { series_prefix: "TAKEN" });
  },
  "series-prefix-fixed": async (objects) => {
    const { name, address, tax_number } = await objects.callers.seller.get("/v1/seller/profile");
    return objects.callers.seller.send("PUT", "/v1/seller/profile", { name, address, tax_number, series_prefix: "OTHER" });
  },
};

describe("each refusal of the business", () => {
  test.each(Object.entries(ways).map(([code, way]) => ({ code: code as keyof typeof businessRows, way })))(
    "can be met: $code, as its row says",
    async ({ code, way }) => {
      const { status, retry, title } = problemRows[code];
      const answer = await way(await openExampleMarket(market));
      expect({ status: answer.status, type: answer.headers["content-type"], body: jsonOf(answer) }).toMatchObject({
        status,
        type: problemType,
        body: { code, status, retry, title, type: `/problems/${code}` },
      });
    },
  );
});

describe("what the database holds up", () => {
  test("is 503 overloaded with Retry-After when a row is held too long, and free under the same key afterwards", async () => {
    const objects = await openExampleMarket(market);
    const holder = new pg.Client({ connectionString: market.database.ownerUrl });
    await holder.connect();
    const path = `/v1/operator/companies/${objects.ids.company}/credit-accounts/EUR`;
    const key = randomUUID();
    const change = () => objects.callers.operator.send("PUT", path, { limit: euro(7) }, { key });
    try {
      await holder.query("begin; lock table credit_accounts in access exclusive mode");
      const held = await change();
      expect({ status: held.status, after: held.headers["retry-after"], body: jsonOf(held) }).toMatchObject({
        status: 503,
        after: "1",
        body: { code: "overloaded", retry: "same_key" },
      });
      await holder.query("rollback");
      const free = await change();
      expect([free.status, free.headers["idempotent-replayed"]]).toEqual([200, undefined]);
    } finally {
      await holder.end();
    }
  });

  test("is 409 request-in-flight for who repeats a request at another server while it is worked on, and says when to come again", async () => {
    const objects = await openExampleMarket(market);
    const holder = new pg.Client({ connectionString: market.database.ownerUrl });
    await holder.connect();
    const key = randomUUID();
    const pending = `/v1/operator/checkouts/${objects.real(example.pendingCheckout)}/receipts`;
    const body = { bank_reference: randomUUID(), amount: euro(595_000) };
    const text = `idempotency key ${await operatorId(holder)} ${await sha256(key)} POST /v1/operator/checkouts/{id}/receipts`;
    try {
      // Whoever has this lock is working under the key, in this process or another.
      await holder.query("begin");
      await holder.query("select pg_advisory_xact_lock($1)", [advisoryHash(text).toString()]);
      const busy = await objects.callers.operator.send("POST", pending, body, { key });
      expect({ status: busy.status, after: busy.headers["retry-after"], body: jsonOf(busy) }).toMatchObject({
        status: 409,
        after: "1",
        body: { code: "request-in-flight", retry: "same_key" },
      });
      await holder.query("rollback");
      expect((await objects.callers.operator.send("POST", pending, body, { key })).status).toBe(201);
    } finally {
      await holder.end();
    }
  });
});

test("a mistake of ours is 500, told by its request id alone, and logged whole", async () => {
  const objects = await openExampleMarket(market);
  await market.database.owner("alter table tax_rates rename column rate_ppm to something_else");
  const answer = await objects.callers.operator.send("GET", "/v1/operator/tax-rates");
  await market.database.owner("alter table tax_rates rename column something_else to rate_ppm");
  const body = jsonOf(answer);
  expect({ status: answer.status, body }).toMatchObject({ status: 500, body: { code: "fault", retry: "same_key" } });
  expect(Object.keys(body).toSorted()).toEqual(["code", "detail", "instance", "retry", "status", "title", "type"]);
  expect(JSON.stringify(body)).not.toMatch(/rate_ppm|tax_rates|select/);
  const line = await market.servers[0]?.logged(new RegExp(`${answer.headers["x-request-id"]}.*a request ended in a fault`));
  expect(line).toContain("rate_ppm");
});

async function operatorId(client: pg.Client): Promise<string> {
  await client.query("set role stoa_read");
  const { rows } = await client.query<{ id: string }>("select organisation_id as id from organisations where kind = 'operator'");
  await client.query("reset role");
  return rows[0]?.id ?? "";
}

async function sha256(text: string): Promise<string> {
  return Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(text))).toString("hex");
}
