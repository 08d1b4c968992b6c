import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { invoiceOf, placeTestDocument, reduced, shipUnits, standard, testOrder } from "../../../tests/support/trade-order.ts";
import { divideRoundHalfUp } from "../../kernel/money.ts";
import { allThatIsLeft, type CreditAsked, creditDraft, type InvoiceRest, wholeInvoice } from "./credit-parts.ts";
import type { CreditCause, TradeDocument } from "./document.ts";

const nothing: CreditAsked = { units: [], amounts: [], groupAmounts: [], allFreight: false };

const invoice = invoiceOf(
  testOrder(
    [
      { units: 3, price: 3_333, discount: 101n },
      { units: 4, price: 250, tax: reduced },
    ],
    [{ net: 490n, tax: standard }],
  ),
);

/** Credits what must be creditable, and says what is left. */
function credit(of: TradeDocument, rest: InvoiceRest, asked: Partial<CreditAsked>, cause: CreditCause = "refused") {
  const credited = creditDraft(of, rest, { ...nothing, ...asked }, cause);
  if (!credited.ok) throw new Error(`refused: ${credited.refusal.reason}`);
  return { note: placeTestDocument(credited.draft, "crn_1", 1), rest: credited.rest };
}

/** Credits an invoice in steps by chance, the last one all that is left. Each number decides one step. */
function creditAll(of: TradeDocument, steps: readonly number[]): TradeDocument[] {
  const notes: TradeDocument[] = [];
  let rest = wholeInvoice(of);
  const attempts = steps.map((step): Partial<CreditAsked> => {
    const line = of.lines[step % of.lines.length];
    if (line === undefined) throw new Error("an invoice without lines");
    const net = BigInt(1 + (step % 300));
    if (step % 4 === 0) return { amounts: [{ line: line.number, net }] };
    if (step % 4 === 1) return { groupAmounts: [{ category: line.tax.category, ratePpm: line.tax.rate_ppm, net: net * 5n }] };
    return { units: [{ line: line.number, quantity: 1 + (step % 3) }], allFreight: step % 7 === 0 };
  });
  for (const asked of [...attempts, undefined]) {
    const credited = creditDraft(of, rest, asked === undefined ? allThatIsLeft(of, rest) : { ...nothing, ...asked }, "refused");
    if (!credited.ok) continue;
    ({ rest } = credited);
    notes.push(placeTestDocument(credited.draft, `crn_${notes.length}`, notes.length + 1));
  }
  return notes;
}

const sum = (amounts: readonly number[]) => amounts.reduce((sofar, amount) => sofar + BigInt(amount), 0n);

const invoices = fc
  .record({
    lines: fc.array(
      fc.record({
        units: fc.integer({ min: 1, max: 9 }),
        price: fc.integer({ min: 0, max: 900 }),
        share: fc.integer({ min: 0, max: 100 }),
        tax: fc.constantFrom(standard, reduced, { category: "zero", code: "Z", rate_ppm: 0 }),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    freight: fc.array(fc.record({ net: fc.bigInt({ min: 1n, max: 999n }), tax: fc.constantFrom(standard, reduced) }), { maxLength: 1 }),
  })
  .map(({ lines, freight }) => {
    const discounted = lines.map(({ share, ...line }) => {
      return { ...line, discount: (BigInt(line.units * line.price) * BigInt(share)) / 100n };
    });
    // The first line leaves with an invoice of its own, so that the tax of the other one is not that of its net alone.
    const first = shipUnits(testOrder([{ units: 1, price: 10 }, ...discounted], freight, "per_unit"), [{ lineNumber: 1, quantity: 1 }]);
    return shipUnits(
      first.order,
      discounted.map(({ units }, index) => ({ lineNumber: index + 2, quantity: units })),
    ).invoice;
  });
const steps = fc.array(fc.nat({ max: 9_999 }), { maxLength: 12 });
const seeded = { seed: 20_261_122, numRuns: 300 };

describe("the credit notes of an invoice", () => {
  it("are the invoice when all of it is credited, whatever was credited before in whatever way", () => {
    fc.assert(
      fc.property(invoices, steps, (of, choices) => {
        const notes = creditAll(of, choices);
        expect(sum(notes.map(({ total }) => total))).toBe(BigInt(of.total));
        for (const group of of.tax_groups) {
          const mine = notes.flatMap(({ tax_groups }) => tax_groups).filter(({ category }) => category === group.category);
          expect([sum(mine.map(({ net }) => net)), sum(mine.map(({ tax }) => tax))]).toEqual([BigInt(group.net), BigInt(group.tax)]);
        }
      }),
      seeded,
    );
  });

  it("never credit more of a line than it says, and nothing negative", () => {
    fc.assert(
      fc.property(invoices, steps, (of, choices) => {
        const lines = creditAll(of, choices).flatMap((note) => note.lines);
        const amounts = lines.flatMap(({ gross, discount, net }) => [gross, discount, net]);
        expect(amounts.every((amount) => amount >= 0)).toBe(true);
        for (const line of of.lines.filter(({ kind }) => kind === "goods")) {
          const mine = lines.filter(({ order_line }) => order_line === line.order_line);
          expect(sum(mine.map(({ net }) => net))).toBe(BigInt(line.net));
          const units = mine.filter(({ unit }) => unit === line.unit).map(({ quantity }) => quantity);
          expect(sum(units)).toBeLessThanOrEqual(BigInt(line.quantity));
        }
      }),
      seeded,
    );
  });

  it("each have a tax within two minor units of the rate on their net", () => {
    fc.assert(
      fc.property(invoices, steps, (of, choices) => {
        for (const { net, tax, rate_ppm } of creditAll(of, choices).flatMap(({ tax_groups }) => tax_groups)) {
          const off = BigInt(tax) - divideRoundHalfUp(BigInt(net) * BigInt(rate_ppm), 1_000_000n);
          expect(off >= -2n && off <= 2n).toBe(true);
        }
      }),
      seeded,
    );
  });
});

describe("a credit note", () => {
  it("has the units that come back, at what the invoice charged for them, and names the invoice and the cause", () => {
    const { note } = credit(invoice, wholeInvoice(invoice), { units: [{ line: 1, quantity: 2 }] }, "lost");
    expect(note).toMatchObject({
      ...{ type: "credit_note", cause: "lost", net: 6_599, tax: 1_254, total: 7_853, bank: null, due_on: null },
      precedes: { id: invoice.id, number: invoice.number, issued_on: invoice.issued_on },
    });
    expect(note.lines).toMatchObject([
      { number: 1, order_line: 1, quantity: 2, unit_price: 3_333, gross: 6_666, discount: 67, net: 6_599 },
    ]);
  });

  it("leaves freight alone unless it is asked for, by an amount or all that is left", () => {
    const first = credit(invoice, wholeInvoice(invoice), { units: [{ line: 1, quantity: 3 }] });
    expect(first.note.lines.some(({ kind }) => kind === "freight")).toBe(false);
    const second = credit(invoice, first.rest, { amounts: [{ line: 3, net: 90n }] });
    expect(second.note.lines).toMatchObject([{ kind: "freight", quantity: 1, unit_price: 90, net: 90 }]);
    const third = credit(invoice, second.rest, { allFreight: true });
    expect(third.note.lines).toMatchObject([{ kind: "freight", net: 400 }]);
  });

  it("of an amount leaves the units, which are worth so much less", () => {
    const goodwill = credit(invoice, wholeInvoice(invoice), { amounts: [{ line: 2, net: 400n }] }, "goodwill");
    expect(goodwill.note.lines).toMatchObject([{ quantity: 1, unit: "C62", unit_price: 400, net: 400 }]);
    const units = credit(invoice, goodwill.rest, { units: [{ line: 2, quantity: 1 }] });
    expect(units.note.lines).toMatchObject([{ quantity: 1, unit_price: 250, gross: 250, discount: 100, net: 150 }]);
  });

  it("of a tax group is shared by its lines by what is left of them", () => {
    const { note } = credit(invoice, wholeInvoice(invoice), { groupAmounts: [{ category: "standard", ratePpm: 190_000, net: 1_000n }] });
    expect(note.lines.map(({ kind, net }) => [kind, net])).toEqual([
      ["goods", 953],
      ["freight", 47],
    ]);
    expect(note.tax_groups).toMatchObject([{ category: "standard", net: 1_000, tax: 190 }]);
  });

  it.each([
    ["nothing", {}, { reason: "nothing_to_credit" }],
    ["an unknown line", { units: [{ line: 9, quantity: 1 }] }, { reason: "unknown_line", line: 9 }],
    ["units of freight", { units: [{ line: 3, quantity: 1 }] }, { reason: "unknown_line", line: 3 }],
    ["too many units", { units: [{ line: 1, quantity: 4 }] }, { reason: "units_not_left", line: 1, asked: 4, left: 3 }],
    [
      "too many units in two",
      {
        units: [
          { line: 1, quantity: 2 },
          { line: 1, quantity: 2 },
        ],
      },
      { reason: "units_not_left", line: 1, asked: 2, left: 1 },
    ],
    ["more freight than there is", { amounts: [{ line: 3, net: 491n }] }, { reason: "amount_not_left", line: 3, asked: 491n, left: 490n }],
    [
      "an unknown group",
      { groupAmounts: [{ category: "x", ratePpm: 1, net: 1n }] },
      { reason: "unknown_group", category: "x", rate_ppm: 1 },
    ],
    [
      "more of a group than there is",
      { groupAmounts: [{ category: "reduced", ratePpm: 70_000, net: 1_001n }] },
      { reason: "group_amount_not_left", category: "reduced", rate_ppm: 70_000, asked: 1_001n, left: 1_000n },
    ],
  ] satisfies [string, Partial<CreditAsked>, object][])("is refused for %s", (_what, asked, refusal) => {
    expect(creditDraft(invoice, wholeInvoice(invoice), { ...nothing, ...asked }, "refused")).toEqual({ ok: false, refusal });
  });

  it("is refused for an invoice that is credited whole", () => {
    const { rest } = credit(invoice, wholeInvoice(invoice), allThatIsLeft(invoice, wholeInvoice(invoice)));
    expect(creditDraft(invoice, rest, allThatIsLeft(invoice, rest), "refused")).toEqual({
      ok: false,
      refusal: { reason: "nothing_to_credit" },
    });
    expect(creditDraft(invoice, rest, { ...nothing, amounts: [{ line: 1, net: 1n }] }, "goodwill")).toMatchObject({
      refusal: { reason: "amount_not_left", left: 0n },
    });
  });
});
