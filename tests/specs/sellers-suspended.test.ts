import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweepCompany } from "../../src/flows/sweep-company.ts";
import { sweepSeller } from "../../src/flows/sweep-seller.ts";
import { fromWireId, prefixes } from "../../src/kernel/ids.ts";
import { withFlowTransaction } from "../../src/platform/db/index.ts";
import { jsonOf, openStartLine } from "../support/barrier.ts";
import { bankOf, eur } from "./bank-stories.ts";
import { codeOf, tally } from "../support/caller.ts";
import { type Checkout, type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";

let market: OwnMarket;
let company: Company;
const operator = () => market.operator;
beforeAll(async () => {
  market = await openMarket({ servers: 2 });
  company = await market.company();
});
afterAll(() => market?.close());

const reason = "complaints about safety";
type Suspended = { state: string; suspension: string | null; effective_by: string; version: number; allowed_actions: string[] };

const pathOf = ({ id }: Seller) => `/v1/operator/sellers/${id}`;
const suspend = (seller: Seller, reach: string) => operator().post<Suspended>(`${pathOf(seller)}/suspend`, { reach, reason });
const reactivate = (seller: Seller) => operator().post<Suspended>(`${pathOf(seller)}/reactivate`, { reason: "unfounded" });

async function orderOf(seller: Seller): Promise<string> {
  const offer = await seller.offer();
  const { orders } = await company.placed([{ offer, quantity: 2 }]);
  return orders[0]?.id ?? "";
}

const stateOf = async (order: string) => (await operator().get<{ state: string }>(`/v1/operator/orders/${order}`)).state;

/** How many deadlines the orders of a seller have, and how many of them stand still. */
async function deadlines(order: string): Promise<{ all: number; still: number }> {
  const rows = await market.database.owner<{ stands: boolean }>(
    "select d.stopped_at is not null as stands from deadlines d join orders o on o.order_id = d.subject_id where o.order_id = $1",
    [fromWireId(prefixes.order, order)],
  );
  return { all: rows.length, still: rows.filter(({ stands }) => stands).length };
}

describe("A suspended seller", () => {
  it("with the reach new gets no orders, and what it has goes on", async () => {
    const seller = await market.seller();
    const [offer, order] = [await seller.offer(), await orderOf(seller)];

    const suspended = await suspend(seller, "new");
    const refused = await company.place([{ offer, quantity: 1 }]);

    expect(suspended).toMatchObject({ state: "suspended", suspension: "new", allowed_actions: ["reactivate", "close"], version: 4 });
    expect(Date.parse(suspended.effective_by)).toBeGreaterThan(0);
    expect([refused.status, codeOf(refused)]).toEqual([409, "seller-inactive"]);
    expect(await deadlines(order)).toEqual({ all: 1, still: 0 });
    expect((await seller.send("POST", `/v1/seller/orders/${order}/accept`, {})).status).toBe(200);
  });

  it("with the reach hold takes no step with its orders, whose deadlines stand still until it sells again", async () => {
    const seller = await market.seller();
    const [offer, order] = [await seller.offer(), await orderOf(seller)];

    await suspend(seller, "hold");
    expect(await deadlines(order)).toEqual({ all: 1, still: 1 });
    const stopped = await seller.send("POST", `/v1/seller/orders/${order}/accept`, {});
    expect([stopped.status, codeOf(stopped)]).toEqual([409, "on-hold"]);
    await reactivate(seller);

    expect(await deadlines(order)).toEqual({ all: 1, still: 0 });
    expect((await seller.send("POST", `/v1/seller/orders/${order}/accept`, {})).status).toBe(200);
    expect((await company.place([{ offer, quantity: 1 }])).status).toBe(201);
  });

  it("goes on standing still after its suspension while a hold stands on it", async () => {
    const seller = await market.seller();
    const order = await orderOf(seller);
    const { id } = await operator().post<{ id: string }>("/v1/operator/holds", { seller: seller.id, reason, look_again_on: "2026-12-01" });

    await suspend(seller, "hold");
    await reactivate(seller);
    expect(await deadlines(order)).toEqual({ all: 1, still: 1 });
    await operator().post(`/v1/operator/holds/${id}/release`, { reason: "looked at" });

    expect(await deadlines(order)).toEqual({ all: 1, still: 0 });
  });

  it("with the reach cancel loses what has not left: stock and credit are free again", async () => {
    const [seller, other] = [await market.seller(), await market.seller()];
    const [offer, others] = [await seller.offer(), await other.offer()];
    const used = await market.creditUsed(company);
    const { orders } = await company.placed([
      { offer, quantity: 2 },
      { offer: others, quantity: 3 },
    ]);
    const order = (of: Seller) => orders.find((each) => each.seller.id === of.id)?.id ?? "";

    await suspend(seller, "cancel");

    await expect.poll(() => stateOf(order(seller)), { timeout: 10_000 }).toBe("cancelled");
    const { history } = await company.get<{ history?: { cause: string }[] }>(`/v1/buyer/orders/${order(seller)}`);
    expect(JSON.stringify(history ?? "seller_suspended")).toContain("seller_suspended");
    expect(await stateOf(order(other))).toBe("confirmed");
    expect([(await market.stock(offer)).reserved, (await market.stock(others)).reserved]).toEqual([0, 3]);
    expect(await market.creditUsed(company)).toBe(used + 3570);
  });

  it("is suspended once, and reactivated only from there", async () => {
    const seller = await market.seller();
    const again = await operator().send("POST", `${pathOf(seller)}/reactivate`, { reason });
    await suspend(seller, "new");
    const twice = await operator().send("POST", `${pathOf(seller)}/suspend`, { reach: "cancel", reason });
    const wrong = await operator().send("POST", `${pathOf(seller)}/suspend`, { reach: "everything", reason });
    const stale = await operator().send("POST", `${pathOf(seller)}/reactivate`, { reason }, { headers: { "if-match": '"3"' } });

    expect([again, twice, wrong, stale].map((answer) => [answer.status, codeOf(answer)])).toEqual([
      [409, "state-conflict"],
      [409, "state-conflict"],
      [400, "request-invalid"],
      [412, "version-stale"],
    ]);
  });
});

describe("A seller that closes", () => {
  it("has no open orders, sells no more, and stays closed", async () => {
    const seller = await market.seller();
    const order = await orderOf(seller);
    const close = () => operator().send("POST", `${pathOf(seller)}/close`, { reason: "gave up business" });

    const open = await close();
    expect([open.status, jsonOf(open)]).toEqual([409, expect.objectContaining({ code: "orders-open", count: 1, orders: [order] })]);
    await company.post(`/v1/buyer/orders/${order}/cancel`, { reason: "not needed" });
    const closed = await close();
    expect([closed.status, jsonOf(closed)]).toEqual([200, expect.objectContaining({ state: "closed", allowed_actions: [] })]);

    const profile = await seller.send("PUT", "/v1/seller/profile", {
      ...{ name: "N", address: { street: "S", city: "C", postal_code: "1", country: "DE" }, tax_number: "DE1", series_prefix: "CLOSED" },
    });
    expect([profile.status, codeOf(profile), codeOf(await close())]).toEqual([409, "state-conflict", "state-conflict"]);
  });
});

describe("A seller to which something is due, or from which", () => {
  it("is not closed before it is paid", async () => {
    const [seller, bank] = [await market.seller(), bankOf(market, "CLOSING-1")];
    const { lines } = await bank.told({ amount: 100, text: "repaid" });
    expect((await bank.assign(lines[0]?.id ?? "", [{ seller: seller.id, amount: eur(100) }])).status).toBe(200);

    const open = await operator().send("POST", `${pathOf(seller)}/close`, { reason: "gave up business" });

    expect([open.status, jsonOf(open)]).toEqual([409, expect.objectContaining({ code: "payables-open", currencies: ["EUR"] })]);
    const { state } = await operator().get<{ state: string }>(pathOf(seller));
    expect(state).toBe("active");
  });
});

describe("Against placing at the same moment", () => {
  it("a suspension that cancels leaves no order open: those before it are cancelled at once, those that slip in by effective_by", async () => {
    const line = await openStartLine({ origins: market.origins(), size: 25 });
    for (let round = 0; round < 3; round += 1) {
      const seller = await market.seller();
      const offer = await seller.offer();
      const requests = Array.from({ length: 24 }, () => company.placing([{ offer, quantity: 1 }]));
      const suspension = operator().request("POST", `${pathOf(seller)}/suspend`, { reach: "cancel", reason });

      const answers = await line.release([...requests.slice(0, 12), suspension, ...requests.slice(12)]);

      const placed = answers.filter(({ status }) => status === 201).map((answer) => jsonOf<Checkout>(answer).orders[0]?.id ?? "");
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(Object.keys(tally(answers)).filter((each) => !["200", "201", "409 seller-inactive"].includes(each))).toEqual([]);
      await market.moveClock(7_000);
      await expect
        .poll(async () => new Set(await Promise.all(placed.map(stateOf))), { timeout: 15_000 })
        .toEqual(new Set(placed.length === 0 ? [] : ["cancelled"]));
      expect((await market.stock(offer)).reserved).toBe(0);
    }
    line.close();
  });

  it("a closing either finds the order that was first, or cancels it when it slipped in", async () => {
    const line = await openStartLine({ origins: market.origins(), size: 5 });
    for (let round = 0; round < 4; round += 1) {
      const seller = await market.seller();
      const offer = await seller.offer();
      const requests = Array.from({ length: 4 }, () => company.placing([{ offer, quantity: 1 }]));
      const closing = operator().request("POST", `${pathOf(seller)}/close`, { reason: "gave up" });

      const answers = await line.release([closing, ...requests]);

      const [closed] = answers.filter((answer) => codeOf(answer) === "orders-open" || answer.status === 200);
      const placed = answers.filter(({ status }) => status === 201).map((answer) => jsonOf<Checkout>(answer).orders[0]?.id ?? "");
      await market.moveClock(7_000);
      const expected = closed?.status === 200 ? "cancelled" : "confirmed";
      await expect
        .poll(async () => new Set(await Promise.all(placed.map(stateOf))), { timeout: 15_000 })
        .toEqual(new Set(placed.length === 0 ? [] : [expected]));
    }
    line.close();
  });
});

describe("A sweep", () => {
  it("that was read as due before another change put it off does nothing, and the later one still comes", async () => {
    const [seller, buyer] = [await market.seller(), await market.company()];
    await operator().post(`/v1/operator/sellers/${seller.id}/suspend`, { reach: "cancel", reason });
    await operator().post(`/v1/operator/companies/${buyer.id}/suspend`, { reach: "cancel", reason });
    const sellerId = fromWireId(prefixes.seller, seller.id) ?? expect.unreachable();
    const companyId = fromWireId(prefixes.company, buyer.id) ?? expect.unreachable();

    const flow = { role: "stoa_flow", locks: ["company", "seller", "deadline"] } as const;
    const { database } = market.database;
    await withFlowTransaction(database, flow, (tx) => sweepSeller(tx, sellerId));
    await withFlowTransaction(database, flow, (tx) => sweepCompany(tx, companyId));

    const waiting = await market.database.owner<{ kind: string }>("select kind from deadlines where subject_id in ($1, $2) order by kind", [
      sellerId,
      companyId,
    ]);
    expect(waiting.map(({ kind }) => kind)).toEqual(["company_sweep", "seller_sweep"]);
  });
});

describe("What suspending and closing did", () => {
  it("leaves every invariant as it was", async () => {
    expect(await market.doctor()).toMatchObject({ violations: [] });
  });
});
