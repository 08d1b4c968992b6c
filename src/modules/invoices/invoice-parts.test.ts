import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  afterDraw,
  drawOf,
  invoiceOf,
  reduced,
  shipUnits,
  standard,
  testFacts,
  testOrder,
  type TestOrder,
} from "../../../tests/support/trade-order.ts";
import { AssertionFailed } from "../../kernel/assert.ts";
import { divideRoundHalfUp } from "../../kernel/money.ts";
import { canonicalText, type TradeDocument } from "./document.ts";
import { invoiceDraft, placedDocument, type ShippedUnits } from "./invoice-parts.ts";

const zeroRated = { category: "zero", code: "Z", rate_ppm: 0 };
const odd = { category: "odd", code: "S", rate_ppm: 55_500 };
const taxes = [standard, reduced, odd, zeroRated];

const orders = (maxLines: number) =>
  fc
    .record({
      lines: fc.array(
        fc.record({
          units: fc.integer({ min: 1, max: 40 }),
          price: fc.integer({ min: 0, max: 5_000 }),
          per: fc.constantFrom(1, 1, 100),
          share: fc.integer({ min: 0, max: 100 }),
          tax: fc.constantFrom(...taxes),
        }),
        { minLength: 1, maxLength: maxLines, size: "max" },
      ),
      freight: fc.uniqueArray(fc.record({ net: fc.bigInt({ min: 1n, max: 9_999n }), tax: fc.constantFrom(...taxes) }), {
        selector: ({ tax }) => tax.category,
        maxLength: 3,
      }),
      kind: fc.constantFrom("whole" as const, "per_unit" as const),
    })
    .map(({ lines, freight, kind }) => {
      const discounted = lines.map(({ share, ...line }) => {
        return { ...line, discount: (divideRoundHalfUp(BigInt(line.price * line.units), BigInt(line.per)) * BigInt(share)) / 100n };
      });
      return testOrder(discounted, freight, kind);
    });

/** Numbers from 0 to 999,999 as they are needed: the same seed gives the same. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state % 1_000_000;
  };
}

/** Ships an order in parts, some units of some lines at a time; `cancelling` of a hundred draws cancel. */
function shipAll(order: TestOrder, seed: number, cancelling: number): { invoices: TradeDocument[]; order: TestOrder } {
  const next = numbersFrom(seed);
  const invoices: TradeDocument[] = [];
  let current = order;
  for (;;) {
    const open = current.numbers.lines.filter((line) => line.quantity > line.shipped + line.cancelled);
    if (open.length === 0) return { invoices, order: current };
    const picked = open.filter(() => next() % 2 === 0);
    const draws = (picked.length === 0 ? open : picked).map((line) => {
      return { lineNumber: line.lineNumber, quantity: 1 + (next() % (line.quantity - line.shipped - line.cancelled)) };
    });
    if (next() % 100 < cancelling) {
      const drawn = drawOf(current, draws, "cancelled");
      current = { ...current, numbers: afterDraw(current.numbers, drawn) };
    } else {
      const shipped = shipUnits(current, draws, invoices.length + 1);
      invoices.push(shipped.invoice);
      current = shipped.order;
    }
  }
}

const sum = (amounts: readonly number[]) => amounts.reduce((sofar, amount) => sofar + BigInt(amount), 0n);

function groupsOf(documents: readonly TradeDocument[]) {
  const sums = new Map<string, { net: bigint; tax: bigint }>();
  for (const { category, net, tax } of documents.flatMap(({ tax_groups }) => tax_groups)) {
    const sofar = sums.get(category) ?? { net: 0n, tax: 0n };
    sums.set(category, { net: sofar.net + BigInt(net), tax: sofar.tax + BigInt(tax) });
  }
  return sums;
}

function expectInvoicesToBeTheOrder(order: TestOrder, seed: number) {
  const { invoices } = shipAll(order, seed, 0);
  const lines = invoices.flatMap((invoice) => invoice.lines);
  for (const agreed of order.numbers.lines) {
    const mine = lines.filter((line) => line.order_line === agreed.lineNumber);
    expect(sum(mine.map(({ quantity }) => quantity))).toBe(BigInt(agreed.quantity));
    expect(sum(mine.map(({ gross }) => gross))).toBe(agreed.gross);
    expect(sum(mine.map(({ discount }) => discount))).toBe(agreed.discount);
    expect(sum(mine.map(({ net }) => net))).toBe(agreed.net);
  }
  const freight = lines.filter(({ kind }) => kind === "freight");
  expect(sum(freight.map(({ net }) => net))).toBe(order.numbers.freight.reduce((sofar, { net }) => sofar + net, 0n));
  const groups = groupsOf(invoices);
  for (const { taxCategory, net, tax } of order.numbers.groups) expect(groups.get(taxCategory)).toEqual({ net, tax });
  expect(sum(invoices.map(({ total }) => total))).toBe(order.numbers.total);
}

describe("the invoices of an order", () => {
  it("are the order, line by line and group by group, in whatever parts it is shipped", () => {
    fc.assert(
      fc.property(orders(12), fc.nat(), (order, seed) => expectInvoicesToBeTheOrder(order, seed)),
      { seed: 20_261_122, numRuns: 150 },
    );
  });

  it("are the order of 1,000 lines", () => {
    const lines = Array.from({ length: 1_000 }, (_, index) => {
      return {
        units: 1 + (index % 7),
        price: 1 + ((index * 7_919) % 10_007),
        per: index % 5 === 0 ? 100 : 1,
        tax: taxes[index % 4] ?? standard,
      };
    });
    for (const seed of [1, 2, 3]) expectInvoicesToBeTheOrder(testOrder(lines, [{ net: 4_711n, tax: reduced }]), seed);
  });

  it("and what is cancelled between them are the order together", () => {
    fc.assert(
      fc.property(orders(8), fc.nat(), (order, seed) => {
        const shipped = shipAll(order, seed, 40);
        expect(sum(shipped.invoices.map(({ total }) => total)) + shipped.order.numbers.cancelled).toBe(order.numbers.total);
      }),
      { seed: 20_261_122, numRuns: 150 },
    );
  });

  it("each have a tax within one minor unit of the rate on their net, and no negative amount", () => {
    fc.assert(
      fc.property(orders(8), fc.nat(), (order, seed) => {
        for (const { lines, tax_groups } of shipAll(order, seed, 20).invoices) {
          for (const { net, tax, rate_ppm } of tax_groups) {
            const exact = divideRoundHalfUp(BigInt(net) * BigInt(rate_ppm), 1_000_000n);
            expect([exact - 1n, exact, exact + 1n]).toContain(BigInt(tax));
          }
          expect(Math.min(...lines.flatMap(({ gross, discount, net }) => [gross, discount, net]))).toBeGreaterThanOrEqual(0);
        }
      }),
      { seed: 20_261_122, numRuns: 150 },
    );
  });
});

describe("an invoice", () => {
  const order = testOrder(
    [
      { units: 3, price: 1_999, title: "Bolt M8" },
      { units: 5, price: 34, per: 100, tax: reduced },
    ],
    [{ net: 490n, tax: standard }],
  );

  it("has the lines of its order, then the freight, each with its number, price and tax", () => {
    const { lines, tax_groups, net, tax, total } = invoiceOf(order);
    expect(
      lines.map(({ number, kind, order_line, title, quantity, unit_price, price_per, net: worth }) => {
        return [number, kind, order_line, title, quantity, unit_price, price_per, worth];
      }),
    ).toEqual([
      [1, "goods", 1, "Bolt M8", 3, 1_999, 1, 5_997],
      [2, "goods", 2, "Bolt", 5, 34, 100, 2],
      [3, "freight", null, "Freight", 1, 490, 1, 490],
    ]);
    expect(tax_groups.map((group) => [group.category, group.net, group.tax])).toEqual([
      ["standard", 6_487, 1_233],
      ["reduced", 2, 0],
    ]);
    expect([net, tax, total]).toEqual([6_489, 1_233, 7_722]);
  });

  it("says nothing that its snapshot has beyond it", () => {
    const drawn = drawOf(order, [{ lineNumber: 1, quantity: 1 }]);
    const place = { id: "inv_1", number: "ACME-2026-000001", issuedOn: "2026-11-23", dueDays: 14 };
    const secret = { ...order.agreed, seller: { ...order.agreed.seller, margin: "30 %" } };
    expect(canonicalText(placedDocument(invoiceDraft(secret, drawn, testFacts), place))).not.toContain("margin");
  });

  it("is due so many days after its issue, and carries its number as reference", () => {
    const drawn = drawOf(order, [{ lineNumber: 1, quantity: 1 }]);
    const draft = invoiceDraft(order.agreed, drawn, testFacts);
    const place = { id: "inv_1", number: "ACME-2026-000001", issuedOn: "2026-11-23" };
    expect(placedDocument(draft, { ...place, dueDays: 14 })).toMatchObject({ due_on: "2026-12-07", payment_reference: "ACME-2026-000001" });
    expect(placedDocument(draft, { ...place, dueDays: null }).due_on).toBe(null);
  });

  it("is refused when it says what was not agreed", () => {
    const drawn = drawOf(order, [{ lineNumber: 1, quantity: 1 }]);
    const [line] = drawn.lines;
    if (line === undefined) throw new Error("no line");
    const invoiceWith = (changed: Partial<ShippedUnits>) => () => invoiceDraft(order.agreed, { ...drawn, ...changed }, testFacts);
    expect(invoiceWith({})).not.toThrow();
    expect(invoiceWith({ lines: [{ ...line, lineNumber: 9 }] })).toThrow(AssertionFailed);
    expect(invoiceWith({ lines: [{ ...line, taxRatePpm: 70_000 }] })).toThrow(AssertionFailed);
    expect(invoiceWith({ lines: [{ ...line, part: { ...line.part, net: line.part.net + 1n } }] })).toThrow(AssertionFailed);
    expect(invoiceWith({ groups: [] })).toThrow(AssertionFailed);
    expect(invoiceWith({ groups: drawn.groups.map((group) => ({ ...group, part: { ...group.part, net: 1n } })) })).toThrow(AssertionFailed);
    expect(invoiceWith({ groups: drawn.groups.map((group) => ({ ...group, taxCode: "Z" })) })).toThrow(AssertionFailed);
    expect(invoiceWith({ freight: drawn.freight.map((row) => ({ ...row, taxRatePpm: 1 })) })).toThrow(AssertionFailed);
  });

  it("has the tax by which its goods are taxed when they leave, and why there is none", () => {
    const drawn = drawOf(order, [{ lineNumber: 2, quantity: 5 }]);
    const atZero = <Part extends { readonly taxCategory: string }>(part: Part) => {
      return part.taxCategory === "reduced" ? { ...part, taxCode: "E", taxRatePpm: 0 } : part;
    };
    const shipped = { ...drawn, lines: drawn.lines.map(atZero), groups: drawn.groups.map(atZero) };
    const amended = [{ category: "reduced", exemption_code: "VATEX-EU-J", exemption_text: "Exempt since January" }];
    const { lines, tax_groups } = invoiceDraft(order.agreed, shipped, { ...testFacts, amended });
    expect(lines[0]?.tax).toEqual({ category: "reduced", code: "E", rate_ppm: 0 });
    expect(tax_groups.find(({ category }) => category === "reduced")).toMatchObject({
      ...{ code: "E", rate_ppm: 0, exemption_code: "VATEX-EU-J", exemption_text: "Exempt since January", seller_tax_number: "DE123456789" },
    });
  });
});
