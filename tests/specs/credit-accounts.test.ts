import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf } from "../support/caller.ts";
import { jsonOf, openStartLine } from "../support/barrier.ts";
import { type Company, type Offer, openMarket, type OwnMarket } from "../support/market.ts";

let market: OwnMarket;
let offer: Offer;
const operator = () => market.operator;

beforeAll(async () => {
  market = await openMarket();
  offer = await (await market.seller()).offer({ price: 1_000, units: 100_000 });
});
afterAll(() => market?.close());

const eur = (amount: number) => ({ amount, currency: "EUR" });
const path = (company: Company) => `/v1/operator/companies/${company.id}/credit-accounts/EUR`;
const account = async (company: Company) => (await company.get<{ items: Record<string, unknown>[] }>("/v1/buyer/credit-accounts")).items[0];

describe("A credit account", () => {
  it("shows its company limit, use and what is left, and nothing is left of a limit lowered below the use", async () => {
    const company = await market.company({ credit: 10_000 });
    const { total } = await company.placed([{ offer, quantity: 2 }]);
    expect(await account(company)).toMatchObject({
      limit: eur(10_000),
      used: total,
      available: eur(10_000 - total.amount),
      closed_at: null,
    });

    const lowered = await operator().send("PUT", path(company), { limit: eur(1_000) });

    expect(jsonOf(lowered)).toMatchObject({ limit: eur(1_000), used: total, available: eur(0), version: 2 });
    expect(codeOf(await company.place([{ offer, quantity: 1 }]))).toBe("credit-exceeded");
  });

  it("that is closed takes no new use, gives back what is cancelled, and is bought on again when it is reopened", async () => {
    const company = await market.company({ credit: 10_000 });
    const { orders } = await company.placed([{ offer, quantity: 2 }]);

    const closed = await operator().post<{ closed_at: string }>(`${path(company)}/close`, {});
    const again = await operator().post(`${path(company)}/close`, {});

    expect(closed).toMatchObject({ closed_at: expect.any(String), available: eur(0), version: 2 });
    expect(again).toEqual(closed);
    const refused = await company.place([{ offer, quantity: 1 }]);
    expect([refused.status, codeOf(refused), jsonOf(refused)["currency"]]).toEqual([409, "credit-account-closed", "EUR"]);
    const preview = { currency: "EUR", payment_method: "on_account", lines: [{ offer: offer.id, quantity: 1 }], client_reference: "look" };
    expect(codeOf(await company.send("POST", "/v1/buyer/checkouts/preview", preview))).toBe("credit-account-closed");
    await company.post(`/v1/buyer/orders/${orders[0]?.id}/cancel`, { reason: "not needed" });
    expect(await account(company)).toMatchObject({ used: eur(0), available: eur(0), closed_at: closed.closed_at });
    const reopened = await operator().post(`${path(company)}/reopen`, {});
    expect(reopened).toMatchObject({ closed_at: null, available: eur(10_000), version: 3 });
    expect((await company.place([{ offer, quantity: 1 }])).status).toBe(201);
  });

  it("says who closed it: 412 for who knows an older version, 404 for none, one event each", async () => {
    const company = await market.company({ credit: 10_000 });
    await operator().post(`${path(company)}/close`, {});

    const stale = await operator().send("POST", `${path(company)}/reopen`, {}, { headers: { "if-match": '"1"' } });
    const none = await operator().send("POST", `/v1/operator/companies/${company.id}/credit-accounts/SEK/close`, {});
    await operator().post(`${path(company)}/reopen`, {});
    await operator().post(`${path(company)}/reopen`, {});

    expect([codeOf(stale), codeOf(none)]).toEqual(["version-stale", "not-found"]);
    const types = async () =>
      (await company.get<{ items: { type: string }[] }>("/v1/buyer/events")).items
        .map(({ type }) => type)
        .filter((type) => type.startsWith("credit"));
    await expect.poll(types).toEqual(["credit_account.created", "credit_account.closed", "credit_account.reopened"]);
  });

  it("closed while twenty buy on it: each checkout is confirmed or refused whole, and the use is that of the confirmed", async () => {
    const company = await market.company({ credit: 1_000_000 });
    const line = await openStartLine({ origins: market.origins(), size: 21 });

    const [closing, ...answers] = await line.release([
      operator().request("POST", `${path(company)}/close`, {}),
      ...Array.from({ length: 20 }, () => company.placing([{ offer, quantity: 1 }])),
    ]);
    line.close();

    expect(closing?.status).toBe(200);
    const confirmed = answers.filter(({ status }) => status === 201);
    expect(new Set(answers.filter(({ status }) => status !== 201).map(codeOf)).isSubsetOf(new Set(["credit-account-closed"]))).toBe(true);
    const sum = confirmed.reduce((all, answer) => all + jsonOf<{ total: { amount: number } }>(answer).total.amount, 0);
    expect(await account(company)).toMatchObject({ used: eur(sum), available: eur(0) });
    expect(codeOf(await company.place([{ offer, quantity: 1 }]))).toBe("credit-account-closed");
    expect((await market.doctor()).violations).toEqual([]);
  });
});
