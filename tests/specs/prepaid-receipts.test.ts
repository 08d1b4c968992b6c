import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonOf, send } from "../support/barrier.ts";
import { codeOf } from "../support/caller.ts";
import { type Checkout, type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { bankOf, bookedOn, eur, freeFunds, type Imported } from "./bank-stories.ts";

type Prepaid = Checkout & { readonly payment_reference: string };
type Funds = { readonly items: readonly { readonly checkout: string | null; readonly left: { readonly amount: number } }[] };

const week = 7 * 86_400_000;
let market: OwnMarket;
let seller: Seller;
let company: Company;
let accounts = 0;
beforeAll(async () => {
  market = await openMarket({ servers: 2 });
  seller = await market.seller();
});
afterAll(() => market?.close());

/** A company of its own, a bank account of its own, and a checkout of two orders of 11.90 and 23.80 EUR that waits for its money. */
async function story() {
  company = await market.company();
  accounts += 1;
  const bank = bankOf(market, `AT0${100_000 + accounts}`);
  const other = await market.seller();
  const lines = [
    { offer: await seller.offer({ price: 1_000, units: 1 }), quantity: 1 },
    { offer: await other.offer({ price: 2_000, units: 1 }), quantity: 1 },
  ];
  const checkout = (await company.placed(lines, { method: "bank_transfer" })) as Prepaid;
  const first = checkout.orders.find((order) => order.seller.id === seller.id)?.id ?? "";
  const second = checkout.orders.find((order) => order.seller.id === other.id)?.id ?? "";
  return { bank, checkout, first, second, company };
}

const state = async ({ id }: Checkout) => (await market.operator.get<Checkout>(`/v1/operator/checkouts/${id}`)).state;
const cancelOrder = (order: string) => company.send("POST", `/v1/buyer/orders/${order}/cancel`, { reason: "found cheaper" });

async function bound(companyId: string, checkout: Checkout): Promise<number> {
  const { items } = await market.operator.get<Funds>(`/v1/operator/companies/${companyId}/funds`);
  return items.find((each) => each.checkout === checkout.id)?.left.amount ?? 0;
}

describe("A checkout that is paid beforehand", () => {
  test("says what to write into the transfer: a creditor reference whose check digits are right", async () => {
    const { checkout } = await story();
    const [, digits = "", inner = ""] = /^RF(\d\d)([0-9A-F]{20})$/.exec(checkout.payment_reference) ?? [];
    const number = `${inner}RF${digits}`.replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
    expect(BigInt(number) % 97n).toBe(1n);
    expect(await market.operator.get(`/v1/operator/checkouts/${checkout.id}`)).toMatchObject({
      payment_reference: checkout.payment_reference,
    });
    expect(await company.placed([{ offer: await seller.offer({ units: 1 }), quantity: 1 }])).toMatchObject({ payment_reference: null });
  });

  test("is confirmed by the receipt that names it, however the payer spaced the reference", async () => {
    const { bank, checkout, company: buyer } = await story();
    const spaced = checkout.payment_reference.toLowerCase().replaceAll(/(.{4})/g, "$1 ");
    const { imported } = await bank.told({ amount: 3_570, text: `Order, ${spaced}` });
    expect(imported.lines).toMatchObject({ matched: 1 });
    expect(await state(checkout)).toBe("confirmed");
    expect(await bound(buyer.id, checkout)).toBe(3_570);
  });

  test("waits with a part of its money, and is confirmed with the rest; what is too much is free", async () => {
    const { bank, checkout, company: buyer } = await story();
    await bank.told({ amount: 3_000, text: checkout.payment_reference });
    expect([await state(checkout), await bound(buyer.id, checkout)]).toEqual(["pending_payment", 3_000]);
    await bank.told({ amount: 600, text: checkout.payment_reference });
    expect([await state(checkout), await bound(buyer.id, checkout), await freeFunds(market, buyer.id)]).toEqual(["confirmed", 3_570, 30]);
    // It has all of its money: more of it is the company's.
    await bank.told({ amount: 5, text: checkout.payment_reference });
    expect(await freeFunds(market, buyer.id)).toBe(35);
  });

  test("is confirmed by money that comes in the file that takes its first part back", async () => {
    const { bank, checkout, company: buyer } = await story();
    const reference = bank.reference();
    await bank.told({ amount: 3_000, text: checkout.payment_reference, reference });
    await bank.told({ amount: -3_000, reference, reversal: true }, { amount: 3_570, text: checkout.payment_reference });
    expect([await state(checkout), await bound(buyer.id, checkout), await freeFunds(market, buyer.id)]).toEqual(["confirmed", 3_570, 0]);
  });

  test("is confirmed when a part of it is cancelled and what came in covers the rest; what is over is free", async () => {
    const { bank, checkout, second, company: buyer } = await story();
    await bank.told({ amount: 2_000, text: checkout.payment_reference });
    expect((await cancelOrder(second)).status).toBe(200);
    expect([await state(checkout), await bound(buyer.id, checkout), await freeFunds(market, buyer.id)]).toEqual(["confirmed", 1_190, 810]);
  });

  test("gives back what is bound to orders that are cancelled after it was confirmed", async () => {
    const { bank, checkout, first, company: buyer } = await story();
    await bank.told({ amount: 3_570, text: checkout.payment_reference });
    expect((await cancelOrder(first)).status).toBe(200);
    expect([await bound(buyer.id, checkout), await freeFunds(market, buyer.id)]).toEqual([2_380, 1_190]);
    expect(await bookedOn(market, "customer_funds")).toBeGreaterThanOrEqual(3_570);
  });

  test("frees what came in when it is cancelled whole", async () => {
    const { bank, checkout, company: buyer } = await story();
    await bank.told({ amount: 100, text: checkout.payment_reference });
    await company.post(`/v1/buyer/checkouts/${checkout.id}/cancel`, { reason: "wrong address" });
    expect([await bound(buyer.id, checkout), await freeFunds(market, buyer.id)]).toEqual([0, 100]);
    const late = await bank.told({ amount: 3_470, text: checkout.payment_reference });
    expect(late.lines).toMatchObject([{ state: "unmatched", reason: "checkout_ended" }]);
    const refused = await bank.assign(late.lines[0]?.id ?? "", [{ checkout: checkout.id, amount: eur(1) }]);
    expect(jsonOf(refused)).toMatchObject({ errors: [{ reason: "checkout_not_waiting" }] });
  });

  test("is assigned money that named it wrongly", async () => {
    const { bank, checkout } = await story();
    const { lines } = await bank.told({ amount: 3_570, text: "our order" });
    const assigned = await bank.assign(lines[0]?.id ?? "", [{ checkout: checkout.id, amount: eur(3_570) }]);
    expect(jsonOf(assigned)).toMatchObject({ state: "assigned", allocations: [{ target: "checkout", id: checkout.id }] });
    expect(await state(checkout)).toBe("confirmed");
  });

  test("whose money the bank takes back waits for it again, until it was confirmed: then the operator decides", async () => {
    const { bank, checkout, company: buyer } = await story();
    const [part, whole] = [bank.reference(), bank.reference()];
    await bank.told({ amount: 1_000, text: checkout.payment_reference, reference: part });
    await bank.told({ amount: -1_000, reference: part, reversal: true });
    expect([await state(checkout), await bound(buyer.id, checkout)]).toEqual(["pending_payment", 0]);
    await bank.told({ amount: 3_570, text: checkout.payment_reference, reference: whole });
    const { lines } = await bank.told({ amount: -3_570, reference: whole, reversal: true });
    expect(lines).toMatchObject([{ state: "unmatched", reason: "checkout_confirmed" }]);
    for (const order of checkout.orders) expect((await cancelOrder(order.id)).status).toBe(200);
    const settled = await bank.assign(lines[0]?.id ?? "", [{ company: buyer.id, amount: eur(3_570) }]);
    expect(jsonOf(settled)).toMatchObject({ state: "assigned" });
    expect(await freeFunds(market, buyer.id)).toBe(0);
  });
});

describe("A receipt by hand", () => {
  const byHand = (checkout: Checkout, reference: string, amount: number) =>
    market.operator.send("POST", `/v1/operator/checkouts/${checkout.id}/receipts`, { bank_reference: reference, amount: eur(amount) });

  test("is told again by the bank's statement, and counts once", async () => {
    const { bank, checkout, company: buyer } = await story();
    const reference = bank.reference();
    expect((await byHand(checkout, reference, 4_000)).status).toBe(201);
    expect([await state(checkout), await freeFunds(market, buyer.id)]).toEqual(["confirmed", 430]);
    const { imported, lines } = await bank.told({ amount: 4_000, text: checkout.payment_reference, reference });
    expect(imported.lines).toMatchObject({ new: 1, recorded: 1, matched: 0 });
    expect(lines).toMatchObject([{ state: "recorded", recorded_line: expect.stringMatching(/^bnl_/) as string, allocations: [] }]);
    expect(await freeFunds(market, buyer.id)).toBe(430);
    // The bank takes back what was recorded by hand and told again: the money by hand is what is undone.
    const back = await bank.told({ amount: -4_000, reference, reversal: true });
    expect(back.lines).toMatchObject([{ state: "unmatched", reason: "checkout_confirmed" }]);
  });

  test("of what a statement has told already is refused", async () => {
    const { bank, checkout } = await story();
    const reference = bank.reference();
    await bank.told({ amount: 100, text: checkout.payment_reference, reference });
    expect(codeOf(await byHand(checkout, reference, 100))).toBe("bank-reference-used");
  });
});

test("A company pays in and gets back, in all, more than can be told at once", async () => {
  const { company: buyer } = await story();
  const most = eur(Number.MAX_SAFE_INTEGER);
  for (const round of [1, 2]) {
    accounts += 1;
    const own = bankOf(market, `AT0${100_000 + accounts}`);
    const { lines } = await own.told({ amount: most.amount, text: "thanks" });
    expect((await own.assign(lines[0]?.id ?? "", [{ company: buyer.id, amount: most }])).status).toBe(200);
    const back = { bank_reference: `MOST-${round}-${buyer.id}`, amount: most, reason: "paid in by mistake" };
    await market.operator.post(`/v1/operator/companies/${buyer.id}/funds/send-back`, back);
  }
  expect(await freeFunds(market, buyer.id)).toBe(0);
});

describe("At the same moment", () => {
  test("an import and a cancelling agree on whose the money is", async () => {
    for (let round = 0; round < 4; round += 1) {
      const { bank, checkout, company: buyer } = await story();
      const file = bank.file([{ amount: 3_570, text: checkout.payment_reference }]);
      const cancelling = buyer.request("POST", `/v1/buyer/checkouts/${checkout.id}/cancel`, { reason: "late" });
      const [one = "", two = ""] = market.origins();
      const [imported, cancelled] = await Promise.all([send(one, bank.request(file)), send(two, cancelling)]);
      expect(imported.status).toBe(201);
      const { lines } = jsonOf<Imported>(imported);
      const ended = await state(checkout);
      expect([ended, cancelled.status, lines.unmatched]).toEqual(ended === "confirmed" ? ["confirmed", 409, 0] : ["cancelled", 200, 1]);
      expect(await bound(buyer.id, checkout)).toBe(ended === "confirmed" ? 3_570 : 0);
    }
  });

  test("an import and the deadline agree on whose the money is", async () => {
    const stories = [await story(), await story(), await story()];
    const [bank] = stories.map((each) => each.bank);
    const file = bank?.file(stories.map(({ checkout }) => ({ amount: 3_570, text: checkout.payment_reference }))) ?? "";
    const request = stories[0]?.bank.request(file);
    if (request === undefined) throw new Error("there is a request");
    const [imported] = await Promise.all([send(market.origins()[0] ?? "", request), market.moveClock(week + 1_000)]);
    expect(imported.status).toBe(201);
    await expect
      .poll(async () => Promise.all(stories.map(({ checkout }) => state(checkout))), { timeout: 20_000 })
      .not.toContain("pending_payment");
    for (const { checkout, company: buyer } of stories) {
      expect(await bound(buyer.id, checkout)).toBe((await state(checkout)) === "confirmed" ? 3_570 : 0);
    }
  });

  test("a part that came in is free when the deadline ends the checkout", async () => {
    const { bank, checkout, company: buyer } = await story();
    await bank.told({ amount: 1_000, text: checkout.payment_reference });
    await market.moveClock(week + 1_000);
    await expect.poll(() => state(checkout), { timeout: 20_000 }).toBe("expired");
    expect([await bound(buyer.id, checkout), await freeFunds(market, buyer.id)]).toEqual([0, 1_000]);
  });
});

test("after all of it the market is sound", async () => {
  expect((await market.doctor()).violations).toEqual([]);
});
