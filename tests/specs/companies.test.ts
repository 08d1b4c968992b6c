import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, openStartLine } from "../support/barrier.ts";
import { type Caller, codeOf, tally } from "../support/caller.ts";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";

let market: OwnMarket;
let seller: Seller;
const operator = () => market.operator;
beforeAll(async () => {
  market = await openMarket();
  seller = await market.seller();
});
afterAll(() => market?.close());

const address = { street: "Werftallee 21", city: "Rostock", postal_code: "18119", country: "DE" };
const contact = { name: "Kim Meyer", email: "kim@example.com" };
const reason = { reason: "as agreed" };

type Items<Item> = { items: Item[]; next_cursor: string | null };
type Shown = {
  id: string;
  state: string;
  version: number;
  review_due_at: string | null;
  tax_number_checked_at: string | null;
  history: { from: string; event: string; to: string; by: string }[];
};
type Event = { type: string; subject: string; data: Record<string, unknown> };

/** A company that waits to be looked at, and its owner. */
async function pending(facts: object = {}): Promise<{ id: string; path: string; owner: Caller }> {
  const { id } = await operator().post<{ id: string }>("/v1/operator/companies", { name: "Werft", address, contact, ...facts });
  const path = `/v1/operator/companies/${id}`;
  const { secret } = await operator().post<{ secret: string }>(`${path}/keys`, { name: "owner", role: "owner" });
  return { id, path, owner: market.caller(secret) };
}

const pathOf = ({ id }: Company) => `/v1/operator/companies/${id}`;
const eventsOf = async (owner: Caller) => (await owner.get<Items<Event>>("/v1/buyer/events?limit=200")).items;
const stateOf = async (order: string) => (await operator().get<{ state: string }>(`/v1/operator/orders/${order}`)).state;

describe("A company", () => {
  it("waits to be looked at, and buys when the operator has activated it, each step in its history, told and audited", async () => {
    const { id, path, owner } = await pending();
    const first = await operator().get<Shown>(path);

    const activated = await operator().post<Shown>(`${path}/activate`, {});
    const twice = await operator().send("POST", `${path}/activate`, {});
    const rejected = await operator().send("POST", `${path}/reject`, reason);

    expect(first).toMatchObject({
      state: "pending",
      review_due_at: expect.any(String),
      allowed_actions: ["activate", "reject"],
      payment_days: 30,
    });
    expect(activated).toMatchObject({ state: "active", review_due_at: null, version: 2, allowed_actions: ["suspend", "close"] });
    expect(tally([twice, rejected])).toEqual({ "409 state-conflict": 2 });
    const { history } = await operator().get<Shown>(path);
    expect(history.map(({ from, event, to, by }) => `${by}: ${from} ${event} ${to}`)).toEqual([
      "operator: null register pending",
      "operator: pending activate active",
    ]);
    await expect
      .poll(async () => (await eventsOf(owner)).filter(({ subject }) => subject === id).map(({ type }) => type))
      .toEqual(["company.registered", "company.activated"]);
  });

  it("that is rejected stays so, and is told why", async () => {
    const { path, owner } = await pending();

    await operator().post(`${path}/reject`, { reason: "no such firm in the register" });

    const after = [
      await operator().send("POST", `${path}/activate`, {}),
      await owner.send("PUT", "/v1/buyer/profile", { name: "N", address }),
    ];
    expect(tally(after)).toEqual({ "409 state-conflict": 2 });
    await expect
      .poll(() => eventsOf(owner))
      .toContainEqual(
        expect.objectContaining({ type: "company.rejected", data: expect.objectContaining({ cause: "no such firm in the register" }) }),
      );
  });

  it("is decided on once when many decide at once", async () => {
    const line = await openStartLine({ origins: market.origins(), size: 8 });
    for (let round = 0; round < 4; round += 1) {
      const { path } = await pending();
      const decisions = Array.from({ length: 8 }, (_, index) =>
        index % 2 === 0 ? operator().request("POST", `${path}/activate`, {}) : operator().request("POST", `${path}/reject`, reason),
      );

      expect(tally(await line.release(decisions))).toEqual({ "200": 1, "409 state-conflict": 7 });
    }
    line.close();
  });

  it("is found in the queue by state and day, and told of once when nobody has looked", async () => {
    const { id, path, owner } = await pending();
    const has = async (query: string) =>
      (await operator().get<Items<Shown>>(`/v1/operator/companies?limit=200&${query}`)).items.some((item) => item.id === id);
    const { review_due_at: due } = await operator().get<Shown>(path);
    expect([await has("state=pending"), await has("state=active"), await has(`review_due_by=${due}`)]).toEqual([true, false, true]);

    await market.moveClock(8 * 86_400_000);

    const overdue = async () => (await eventsOf(owner)).filter(({ type }) => type === "company.review_overdue");
    await expect.poll(async () => (await overdue()).length, { timeout: 10_000 }).toBe(1);
    expect(await operator().get(path)).toMatchObject({ state: "pending", version: 2 });
  });

  it("has terms of payment that the operator changes", async () => {
    const { path, owner } = await pending({ payment_days: 60, activate: true });

    const changed = await operator().send("PUT", `${path}/payment-days`, { payment_days: 14, ...reason });
    const wrong = await operator().send("PUT", `${path}/payment-days`, { payment_days: 366, ...reason });

    expect([changed.status, wrong.status]).toEqual([200, 400]);
    expect(await owner.get("/v1/buyer/profile")).toMatchObject({ payment_days: 14, version: 3 });
    await expect.poll(async () => (await eventsOf(owner)).map(({ type }) => type)).toContain("company.payment_days_changed");
  });
});

describe("A company's profile", () => {
  it("is said anew by its owner; another tax number is not checked any more", async () => {
    const { path, owner } = await pending({ tax_number: "DE1", activate: true });
    await operator().post(`${path}/tax-numbers/DE/check`, { evidence: "VIES" });
    const said = { name: "Werft Süd", address, registration_number: "HRB 9", tax_number: "DE2" };

    const stale = await owner.send("PUT", "/v1/buyer/profile", said, { headers: { "if-match": '"1"' } });
    const changed = await owner.send("PUT", "/v1/buyer/profile", said, { headers: { "if-match": '"3"' } });

    expect([stale.status, changed.status]).toEqual([412, 200]);
    expect(await owner.get("/v1/buyer/profile")).toMatchObject({ ...said, tax_number_checked_at: null, allowed_actions: ["change"] });
  });

  it("has tax numbers of further countries", async () => {
    const { path, owner } = await pending({ activate: true });
    const put = (country: string) => owner.send("PUT", `/v1/buyer/profile/tax-numbers/${country}`, { number: `${country}1` });

    expect([(await put("FR")).status, codeOf(await put("DE"))]).toEqual([200, "home-country"]);
    await operator().post(`${path}/tax-numbers/FR/check`, { evidence: "VIES" });
    expect(await owner.get("/v1/buyer/profile")).toMatchObject({
      tax_numbers: [{ country: "FR", number: "FR1", checked_at: expect.any(String) }],
    });
    expect((await owner.send("DELETE", "/v1/buyer/profile/tax-numbers/FR")).status).toBe(200);
    const gone = [
      await owner.send("DELETE", "/v1/buyer/profile/tax-numbers/FR"),
      await operator().send("POST", `${path}/tax-numbers/DE/check`, { evidence: "VIES" }),
    ];
    expect(tally(gone)).toEqual({ "404 not-found": 2 });
  });
});

describe("A company's addresses", () => {
  it("are added, changed and removed by the company, and are nobody else's", async () => {
    const [first, second] = [await market.company(), await market.company()];
    const place = { name: "Warehouse", ...address };
    const made = await first.send("POST", "/v1/buyer/addresses", place);
    const { id } = jsonOf<{ id: string }>(made);
    const path = `/v1/buyer/addresses/${id}`;
    expect([made.status, made.headers["location"], made.headers["etag"]]).toEqual([201, path, '"1"']);

    const changed = await first.send("PUT", path, { ...place, street: "Werftallee 22" }, { headers: { "if-match": '"1"' } });
    const stale = await first.send("DELETE", path, undefined, { headers: { "if-match": '"1"' } });
    expect([changed.status, jsonOf(changed)["version"], stale.status]).toEqual([200, 2, 412]);
    expect((await first.get<Items<{ street: string }>>("/v1/buyer/addresses")).items.map(({ street }) => street)).toEqual([
      "Werftallee 22",
    ]);
    const foreign = [await second.send("GET", path), await second.send("PUT", path, place), await second.send("DELETE", path)];
    expect(tally(foreign)).toEqual({ "404 not-found": 3 });

    expect((await first.send("DELETE", path)).status).toBe(200);
    expect((await first.get<Items<unknown>>("/v1/buyer/addresses")).items).toEqual([]);
    expect((await first.send("GET", path)).status).toBe(404);
    await expect
      .poll(async () => (await eventsOf(first)).map(({ type }) => type).filter((type) => type.startsWith("address.")))
      .toEqual(["address.added", "address.changed", "address.removed"]);
  });
});

describe("A suspended company", () => {
  it("orders nothing; with the reach hold its orders stand still, with cancel what has not left is cancelled", async () => {
    const company = await market.company();
    const offer = await seller.offer();
    const { orders } = await company.placed([{ offer, quantity: 2 }]);
    const order = orders[0]?.id ?? "";

    const held = await operator().post<{ effective_by: string }>(`${pathOf(company)}/suspend`, { reach: "hold", ...reason });
    const refused = await company.place([{ offer, quantity: 1 }]);
    const stopped = await seller.send("POST", `/v1/seller/orders/${order}/accept`, {});
    expect([held.effective_by, codeOf(refused), codeOf(stopped)]).toEqual([expect.any(String), "company-inactive", "on-hold"]);

    await operator().post(`${pathOf(company)}/reactivate`, reason);
    expect((await company.place([{ offer, quantity: 1 }])).status).toBe(201);
    await operator().post(`${pathOf(company)}/suspend`, { reach: "cancel", ...reason });
    await expect.poll(() => stateOf(order), { timeout: 10_000 }).toBe("cancelled");
    await expect.poll(async () => (await market.stock(offer)).reserved, { timeout: 10_000 }).toBe(0);
    expect(await market.creditUsed(company)).toBe(0);
  });

  it("closes when nothing is open, for ever", async () => {
    const company = await market.company();
    const offer = await seller.offer();
    const { orders } = await company.placed([{ offer, quantity: 1 }]);
    const close = () => operator().send("POST", `${pathOf(company)}/close`, reason);

    const open = await close();
    await company.post(`/v1/buyer/orders/${orders[0]?.id}/cancel`, reason);
    const closed = await close();

    expect([open.status, codeOf(open), closed.status, jsonOf(closed)["state"]]).toEqual([409, "orders-open", 200, "closed"]);
    expect(codeOf(await company.place([{ offer, quantity: 1 }]))).toBe("company-inactive");
    expect(codeOf(await close())).toBe("state-conflict");
  });
});

describe("What companies and the operator did", () => {
  it("leaves every invariant as it was", async () => {
    expect(await market.doctor()).toMatchObject({ violations: [] });
  });
});
