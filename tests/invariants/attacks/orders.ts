import type { Checkout, Company, Market, Offer } from "../../support/market.ts";
import { companiesOf, lead, outcomes, requestsOf, supplyOf, turn, unequal, until, type Attack } from "../attack.ts";

const firstOrder = (checkout: Checkout) => turn(checkout.orders, 0).id;

export const cancelOnce: Attack = {
  sentence: "One order cancelled 64 times at once, by company and seller, is cancelled once: stock and credit come back once",
  share: 0.1,
  run: async (market, rounds) => {
    const seller = await market.seller();
    const company = await market.company();
    // A second checkout on the same level and account: what is given back twice would be taken from it.
    const supply = supplyOf(seller, { units: 10 }, rounds);
    let kept = 0;
    return lead(market, 64, rounds, async (line) => {
      const offer = await supply();
      kept += (await company.placed([{ offer, quantity: 5 }])).total.amount;
      const order = firstOrder(await company.placed([{ offer, quantity: 5 }]));
      const cancel = (index: number) =>
        index % 2 === 0
          ? company.request("POST", `/v1/buyer/orders/${order}/cancel`, { reason: "no longer needed" })
          : seller.request("POST", `/v1/seller/orders/${order}/cancel`, { reason: "cannot deliver" });
      const answers = await line.release(requestsOf(64, cancel));
      return [
        ...outcomes("cancelled", answers, { "200": 1, "409 state-conflict": 63 }),
        ...unequal("stock", await market.stock(offer), { onHand: 10, reserved: 5 }),
        ...unequal("credit used", await market.creditUsed(company), kept),
      ];
    });
  },
};

export const creditLimit: Attack = {
  sentence: "With credit for three checkouts, three of 24 at once are placed and the use ends at the limit exactly",
  share: 1,
  run: async (market, rounds) => {
    const offer = await (await market.seller()).offer({ units: 3 * rounds + 24, price: 1000 });
    const company = await market.company({ credit: 0 });
    return lead(market, 24, rounds, async (line, number) => {
      const limit = number * 3 * 1190;
      const change = { limit: { amount: limit, currency: "EUR" } };
      const raised = await market.operator.send("PUT", `/v1/operator/companies/${company.id}/credit-accounts/EUR`, change);
      const answers = await line.release(requestsOf(24, () => company.placing([{ offer, quantity: 1 }])));
      return [
        ...unequal("limit raised", raised.status, 200),
        ...outcomes("placed", answers, { "201": 3, "409 credit-exceeded": 21 }),
        ...unequal("credit used", await market.creditUsed(company), limit),
      ];
    });
  },
};

export const staleVersion: Attack = {
  sentence: "A stale If-Match is 412 and changes nothing; of 16 that name one version, one is done",
  share: 0.25,
  run: async (market, rounds) => {
    const seller = await market.seller();
    const offer = await seller.offer({ units: rounds + 1, price: 10 });
    const company = await market.company();
    const account = `/v1/operator/companies/${company.id}/credit-accounts/EUR`;
    return lead(market, 16, rounds, async (line, number) => {
      const order = firstOrder(await company.placed([{ offer, quantity: 1 }]));
      const before = await company.send("GET", `/v1/buyer/orders/${order}`);
      const stale = { headers: { "if-match": '"77"' } };
      const reason = { reason: "no longer needed" };
      const answers = [
        await company.send("POST", `/v1/buyer/orders/${order}/cancel`, reason, stale),
        await seller.send("POST", `/v1/seller/orders/${order}/cancel`, reason, stale),
      ];
      const after = await company.send("GET", `/v1/buyer/orders/${order}`);
      const version = (await market.operator.send("GET", account)).headers["etag"] ?? "";
      const change = (index: number) =>
        market.operator.request(
          "PUT",
          account,
          { limit: { amount: 1_000_000 * (number + 1) + index, currency: "EUR" } },
          { headers: { "if-match": version } },
        );
      return [
        ...outcomes("stale", answers, { "412 version-stale": 2 }),
        ...unequal("order", [after.headers["etag"], after.body.toString("utf8")], [before.headers["etag"], before.body.toString("utf8")]),
        ...outcomes("one version", await line.release(requestsOf(16, change)), { "200": 1, "412 version-stale": 15 }),
      ];
    });
  },
};

const transferDeadlineMillis = 168 * 3_600_000;

/** Pending checkouts of one unit each. */
async function pendingCheckouts(companies: readonly Company[], offer: Offer, count: number): Promise<readonly Checkout[]> {
  const placed: Checkout[] = [];
  for (let index = 0; index < count; index += 1) {
    placed.push(await turn(companies, index).placed([{ offer, quantity: 1 }], { method: "bank_transfer" }));
  }
  return placed;
}

async function states(market: Market, checkouts: readonly Checkout[]): Promise<readonly string[]> {
  return Promise.all(checkouts.map(async ({ id }) => (await market.operator.get<Checkout>(`/v1/operator/checkouts/${id}`)).state));
}

export const expiryAgainstConfirmation: Attack = {
  sentence: "A receipt recorded while its checkout expires confirms it or is refused, never both, and the units follow",
  share: 0.025,
  run: async (market, rounds) => {
    const seller = await market.seller();
    const companies = await companiesOf(market, 8);
    return lead(market, 24, rounds, async (line) => {
      const offer = await seller.offer({ units: 24 });
      const checkouts = await pendingCheckouts(companies, offer, 24);
      await market.moveClock(transferDeadlineMillis + 1000);
      // The first has expired: the sweeper is at work on the others now.
      await until("one has expired", async () => (await states(market, checkouts)).includes("expired"));
      const record = (index: number) => {
        const { id, total } = turn(checkouts, index);
        return market.operator.request("POST", `/v1/operator/checkouts/${id}/receipts`, {
          bank_reference: `B-${id}`,
          amount: total,
        });
      };
      const answers = await line.release(requestsOf(24, record));
      await until("none is pending", async () => !(await states(market, checkouts)).includes("pending_payment"));
      const ended = await states(market, checkouts);
      const confirmed = ended.filter((state) => state === "confirmed").length;
      return [
        ...answers.flatMap(({ status }, index) =>
          unequal(`receipt ${index}`, [status, ended[index]], status === 201 ? [201, "confirmed"] : [409, "expired"]),
        ),
        ...unequal("held", (await market.stock(offer)).reserved, confirmed),
      ];
    });
  },
};

export const expiredOnce: Attack = {
  sentence: "When a deadline passes for many at once, each is closed once, and once only for two servers that both look",
  share: 0.015,
  run: async (market, rounds) => {
    const seller = await market.seller();
    const companies = await companiesOf(market, 8);
    return lead(market, 1, rounds, async () => {
      const offer = await seller.offer({ units: 40 });
      const kept = await turn(companies, 0).placed([{ offer, quantity: 3 }]);
      // What its seller accepts is held for longer than that.
      await seller.post(`/v1/seller/orders/${firstOrder(kept)}/accept`, {});
      const checkouts = await pendingCheckouts(companies, offer, 24);
      await market.moveClock(transferDeadlineMillis + 1000);
      await until("none is pending", async () => !(await states(market, checkouts)).includes("pending_payment"));
      const versions = await Promise.all(
        checkouts.map(async ({ id }) => (await market.operator.get<Checkout>(`/v1/operator/checkouts/${id}`)).version),
      );
      return [
        ...unequal(
          "versions",
          versions,
          checkouts.map(({ version }) => version + 1),
        ),
        ...unequal("stock", await market.stock(offer), { onHand: 40, reserved: 3 }),
      ];
    });
  },
};
