import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { invariants } from "../../src/views/doctor/index.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";
import { runStoa } from "../support/server.ts";

type Report = {
  readonly ok: boolean;
  readonly checked: readonly string[];
  readonly violations: readonly {
    readonly invariant: string;
    readonly count: number;
    readonly rows: readonly { readonly ids: readonly string[] }[];
  }[];
};

const numbers = invariants.map(({ number }) => number);

describe("Doctor over HTTP and at the command line", () => {
  let market: OwnMarket;
  let offer: { readonly id: string; readonly location: string };
  beforeAll(async () => {
    market = await openMarket();
    offer = await trade(market);
  });
  afterAll(() => market.close());

  const overHttp = () => market.operator.get<Report>("/v1/operator/doctor");
  const atCommandLine = async () => {
    const { code, lines } = await runStoa(["doctor", "--json"], { DATABASE_URL: market.database.url });
    const text = lines.join("\n");
    return {
      code,
      report: JSON.parse(text.slice(text.indexOf("{"))) as { ok: boolean; invariants: { number: string; violations: number }[] },
    };
  };

  it("finds nothing after every kind of write has been made through the API", async () => {
    expect(await overHttp()).toMatchObject({ ok: true, checked: numbers, violations: [] });
    const { code, report } = await atCommandLine();
    expect(report.invariants.filter(({ violations }) => violations > 0)).toEqual([]);
    expect([code, report.ok, report.invariants.length]).toEqual([0, true, numbers.length]);
  });

  it("names what is wrong, and the command exits with 1", { timeout: 60_000 }, async () => {
    await market.database.owner("alter table stock_levels no force row level security");
    const change = (by: number) => market.database.owner("update stock_levels set reserved = reserved + $1", [by]);
    await change(1);
    const [seen, { code, report }] = await Promise.all([overHttp(), atCommandLine()]);
    await change(-1);
    expect(seen.ok).toBe(false);
    expect(seen.violations.map(({ invariant, count, rows }) => [invariant, count, rows.map(({ ids }) => ids)])).toEqual([
      ["S2", 1, [[offer.id, offer.location]]],
      ["S3", 1, [[offer.id, offer.location]]],
    ]);
    expect([code, report.ok]).toEqual([1, false]);
    expect((await overHttp()).ok).toBe(true);
  });
});

/** Every kind of write once. */
async function trade(market: OwnMarket) {
  const { operator } = market;
  const seller = await market.seller();
  const company = await market.company();
  const offer = await seller.offer({ units: 100 });
  const lines = [{ offer, quantity: 3 }];
  await seller.post("/v1/seller/stock/adjustments", {
    reason: "counted",
    lines: [{ offer: offer.id, location: offer.location, delta: -5 }],
  });
  const standing = await company.placed(lines);
  const ended = await company.placed(lines);
  await company.post(`/v1/buyer/orders/${ended.orders[0]?.id}/cancel`, { reason: "too many" });
  const paid = await company.placed(lines, { method: "bank_transfer" });
  await operator.post(`/v1/operator/checkouts/${paid.id}/receipts`, {
    bank_reference: "BANK-1",
    amount: { amount: paid.total.amount, currency: "EUR" },
  });
  const dropped = await company.placed(lines, { method: "bank_transfer" });
  await company.post(`/v1/buyer/checkouts/${dropped.id}/cancel`, { reason: "too late" });
  await company.placed(lines, { method: "bank_transfer" });
  await seller.post(`/v1/seller/orders/${standing.orders[0]?.id}/cancel`, { reason: "sold out" });
  const refused = await company.place([{ offer, quantity: 100_000 }]);
  expect(refused.status).toBe(409);
  const account = `/v1/operator/companies/${company.id}/credit-accounts/EUR`;
  const raised = await operator.send(
    "PUT",
    account,
    { limit: { amount: 2_000_000_000, currency: "EUR" } },
    { headers: { "if-match": '"1"' } },
  );
  expect(raised.status).toBe(200);
  const { id: key } = await operator.post<{ id: string }>("/v1/operator/keys", { name: "second", role: "viewer" });
  await operator.post(`/v1/operator/keys/${key}/revoke`, {});
  return { id: offer.id, location: offer.location };
}
