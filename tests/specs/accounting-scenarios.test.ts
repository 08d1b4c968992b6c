import { afterAll, beforeAll, expect, test } from "vitest";
import { openMarket, type OwnMarket } from "../support/market.ts";
import { bankOf } from "./bank-stories.ts";
import { booksOf, changedSince, eur, tradeOf } from "./paper-stories.ts";

/**
 * The course of trade on account and paid beforehand, as an accountant would book it. After each step stand the balances of all accounts that
 * are not zero, each on its usual side. An invoice is 100.00 EUR net and 19.00 of tax; its commission 10.00 and 1.90 of tax.
 */
let market: OwnMarket;
let accounts = 0;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market?.close());

async function scenario(terms: Parameters<typeof tradeOf>[1] = {}) {
  accounts += 1;
  const trade = await tradeOf(market, terms);
  const before = await booksOf(market);
  const bank = bankOf(market, `DE${10_000 + accounts}`);
  return {
    ...{ trade, bank },
    books: () => changedSince(market, before),
    paid: (amount: number, text: string) => bank.told({ amount, text }),
    end: async () => expect((await market.doctor()).violations).toEqual([]),
  };
}

const issued = { receivable: 11_900, payable_pending: 10_710, commission: 1_000, commission_tax: 190 };
const paid = { bank: 11_900, payable: 10_710, commission: 1_000, commission_tax: 190 };

test("1. On account: shipped, and paid whole", async () => {
  const { trade, books, paid: pays, end } = await scenario();
  const { invoice } = await trade.invoiced(10);
  expect(await books()).toEqual(issued);
  await pays(11_900, invoice.number);
  expect(await books()).toEqual(paid);
  expect(await market.creditUsed(trade.company)).toBe(0);
  await end();
});

test("2. On account: paid in three parts, the last of them too much; the rest is applied to the next invoice", async () => {
  const { trade, books, paid: pays, end } = await scenario();
  const { invoice } = await trade.invoiced(10);
  await pays(1_000, invoice.number);
  // floor(10,710 × 1,000 / 11,900)
  expect(await books()).toEqual({ ...issued, bank: 1_000, receivable: 10_900, payable_pending: 9_810, payable: 900 });
  await pays(2_333, invoice.number);
  // floor(9,810 × 2,333 / 10,900) = 2,099
  expect(await books()).toEqual({ ...issued, bank: 3_333, receivable: 8_567, payable_pending: 7_711, payable: 2_999 });
  await pays(9_000, invoice.number);
  expect(await books()).toEqual({ ...paid, bank: 12_333, customer_funds: 433 });
  const next = await trade.invoiced(10);
  await market.operator.post(`/v1/operator/companies/${trade.company.id}/funds/apply`, { currency: "EUR" });
  // floor(10,710 × 433 / 11,900) = 389
  expect(await books()).toEqual({
    ...{ bank: 12_333, receivable: 11_467, payable_pending: 10_321, payable: 11_099, commission: 2_000, commission_tax: 380 },
  });
  await pays(11_467, next.invoice.number);
  expect(await books()).toEqual({ bank: 23_800, payable: 21_420, commission: 2_000, commission_tax: 380 });
  await end();
});

test("3. On account: credited in part before it is paid, and in part afterwards", async () => {
  const { trade, books, paid: pays, end } = await scenario();
  const { invoice } = await trade.invoiced(10);
  await trade.credited(invoice.id, { lines: [{ line: 1, quantity: 4 }] });
  expect(await books()).toEqual({ receivable: 7_140, payable_pending: 6_426, commission: 600, commission_tax: 114 });
  await pays(7_140, invoice.number);
  expect(await books()).toEqual({ bank: 7_140, payable: 6_426, commission: 600, commission_tax: 114 });
  await trade.credited(invoice.id, { lines: [{ line: 1, quantity: 6 }] });
  expect(await books()).toEqual({ bank: 7_140, customer_funds: 7_140 });
  await market.operator.post(`/v1/operator/companies/${trade.company.id}/funds/send-back`, {
    ...{ bank_reference: "BACK-3", amount: eur(7_140), reason: "all was credited" },
  });
  expect(await books()).toEqual({});
  await end();
});

test("4. On account: the payer is known later, the receipt is undone, and paid again", async () => {
  const { trade, bank, books, end } = await scenario();
  const { invoice } = await trade.invoiced(10);
  const { lines } = await bank.told({ amount: 11_900, text: "with thanks", reference: "IN-4" });
  expect(await books()).toEqual({ ...issued, bank: 11_900, unmatched: 11_900 });
  expect((await bank.assign(lines[0]!.id, [{ invoice: invoice.id, amount: eur(11_900) }])).status).toBe(200);
  expect(await books()).toEqual(paid);
  await bank.told({ amount: -11_900, text: "returned IN-4", reference: "IN-4", reversal: true });
  expect(await books()).toEqual(issued);
  expect(await market.creditUsed(trade.company)).toBe(11_900);
  await bank.told({ amount: 11_900, text: invoice.number });
  expect(await books()).toEqual(paid);
  await end();
});

test("5. On account: not paid, and written off at the seller's risk; then at the operator's", async () => {
  const sellers = await scenario({ returned: true });
  const { invoice } = await sellers.trade.invoiced(10);
  await sellers.paid(1_900, invoice.number);
  expect((await sellers.trade.writeOff(invoice.id)).status).toBe(201);
  // The seller keeps its share of what was paid, and pays commission on that alone.
  expect(await sellers.books()).toEqual({ bank: 1_900, payable: 1_710, commission: 160, commission_tax: 30 });
  expect(await market.creditUsed(sellers.trade.company)).toBe(10_000);
  await sellers.end();

  const operators = await scenario({ risk: "operator" });
  const other = await operators.trade.invoiced(10);
  expect(await operators.books()).toEqual({ receivable: 11_900, payable: 10_710, commission: 1_000, commission_tax: 190 });
  await operators.trade.writeOff(other.invoice.id);
  expect(await operators.books()).toEqual({ write_off: 11_900, payable: 10_710, commission: 1_000, commission_tax: 190 });
  await operators.end();
});

test("6. Paid beforehand: shipped in two parcels, the rest is cancelled and sent back", async () => {
  const { trade, books, paid: pays, end } = await scenario();
  const offer = await trade.seller.offer({ price: 1_000, units: 10 });
  const checkout = await trade.company.placed([{ offer, quantity: 10 }], { method: "bank_transfer" });
  const order = checkout.orders[0]?.id ?? "";
  await pays(11_900, (checkout as unknown as { payment_reference: string }).payment_reference);
  expect(await books()).toEqual({ bank: 11_900, customer_funds: 11_900 });
  await trade.seller.post(`/v1/seller/orders/${order}/accept`, {});
  await trade.shipping.shipped(order, [[1, 3]]);
  expect(await books()).toEqual({ bank: 11_900, customer_funds: 8_330, payable: 3_213, commission: 300, commission_tax: 57 });
  await trade.shipping.shipped(order, [[1, 4]]);
  expect(await books()).toEqual({ bank: 11_900, customer_funds: 3_570, payable: 7_497, commission: 700, commission_tax: 133 });
  await trade.seller.post(`/v1/seller/orders/${order}/cancel`, { reason: "none left" });
  await market.operator.post(`/v1/operator/companies/${trade.company.id}/funds/send-back`, {
    ...{ bank_reference: "BACK-6", amount: eur(3_570), reason: "was not delivered" },
  });
  expect(await books()).toEqual({ bank: 8_330, payable: 7_497, commission: 700, commission_tax: 133 });
  await end();
});

test("7. Paid beforehand: in part only until the time is over, the rest comes too late", async () => {
  const { trade, bank, books, end } = await scenario();
  const offer = await trade.seller.offer({ price: 1_000, units: 10 });
  const checkout = await trade.company.placed([{ offer, quantity: 10 }], { method: "bank_transfer" });
  const reference = (checkout as unknown as { payment_reference: string }).payment_reference;
  await bank.told({ amount: 5_000, text: reference });
  expect(await books()).toEqual({ bank: 5_000, customer_funds: 5_000 });
  await trade.company.post(`/v1/buyer/checkouts/${checkout.id}/cancel`, { reason: "no longer needed" });
  expect(await books()).toEqual({ bank: 5_000, customer_funds: 5_000 });
  const { lines } = await bank.told({ amount: 6_900, text: reference });
  expect(lines).toMatchObject([{ state: "unmatched", reason: "checkout_ended" }]);
  expect(await books()).toEqual({ bank: 11_900, customer_funds: 5_000, unmatched: 6_900 });
  expect((await bank.sendBack(lines[0]!.id, "BACK-7A")).status).toBe(200);
  await market.operator.post(`/v1/operator/companies/${trade.company.id}/funds/send-back`, {
    ...{ bank_reference: "BACK-7B", amount: eur(5_000), reason: "was cancelled" },
  });
  expect(await books()).toEqual({});
  await end();
});

test("8. A parcel that is lost and goods that are not as agreed, after both were paid for: the company's money is free; the seller repays", async () => {
  const { trade, bank, books, end } = await scenario();
  const { invoice, shipment } = await trade.invoiced(10);
  await bank.told({ amount: 11_900, text: invoice.number });
  await trade.shipping.done("seller", shipment, "lose", { reason: "not seen again" });
  await trade.shipping.done("seller", shipment, "resolve", { how: "credit" });
  expect(await books()).toEqual({ bank: 11_900, customer_funds: 11_900 });
  const goodwill = await trade.invoiced(10);
  await bank.told({ amount: 11_900, text: goodwill.invoice.number });
  // A credit for no unit: the seller gives back money that it has, and its commission with it.
  await trade.credited(goodwill.invoice.id, { amounts: [{ line: 1, net: eur(10_000) }] });
  expect(await books()).toEqual({ bank: 23_800, customer_funds: 23_800 });
  const { lines } = await bank.told({ amount: 500, text: "repaid by the seller" });
  expect((await bank.assign(lines[0]!.id, [{ seller: trade.seller.id, amount: eur(500) }])).status).toBe(200);
  expect(await books()).toEqual({ bank: 24_300, customer_funds: 23_800, payable: 500 });
  await end();
});
