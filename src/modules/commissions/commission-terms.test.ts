import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CommissionPlanId, toWireId } from "../../kernel/ids.ts";
import { currency } from "../../kernel/money.ts";
import { commissionPart, commissionTotal, readTerms, termsText } from "./commission-terms.ts";

const planId = "01900000-00c0-7000-8000-000000000101" as CommissionPlanId;
const eur = currency("EUR");
const line = (lineNumber: number, commission: bigint) => ({ lineNumber, planId, ratePpm: 80_000, fixed: 30n, commission });
const seed = 20_261_122;

describe("the terms of an order's commission", () => {
  const terms = { lines: [line(1, 830n), line(3, 0n)], freight: { commission: 40n }, returnedOnWriteOff: true };

  test("have one text, which is read back as it was agreed", () => {
    const text = termsText(terms, eur);
    const plan = toWireId("cpl", planId);
    expect(text).toBe(
      `{"lines":[{"line_number":1,"plan":"${plan}","rate_ppm":80000,"fixed":30,"commission":830},` +
        `{"line_number":3,"plan":"${plan}","rate_ppm":80000,"fixed":30,"commission":0}],` +
        '"freight":{"commission":40},"returned_on_write_off":true}',
    );
    expect(readTerms(text)).toEqual({
      lines: [
        { lineNumber: 1, commission: 830n },
        { lineNumber: 3, commission: 0n },
      ],
      freight: { commission: 40n },
      returnedOnWriteOff: true,
    });
    expect(commissionTotal(terms)).toBe(870n);
  });

  test.each(["{}", "[]", "null", '{"lines":[{}],"freight":{"commission":0},"returned_on_write_off":true}'])("are not %s", (text) => {
    expect(() => readTerms(text)).toThrow("are not such");
  });
});

describe("the commission on a part of an order", () => {
  const none = { before: 0n, after: 0n, total: 0n };

  test("is parted by cumulative units, and that of the freight by its cumulative net", () => {
    const terms = { lines: [line(1, 10n)], freight: { commission: 7n } };
    const of = (before: number, after: number) =>
      commissionPart(terms, { lines: [{ lineNumber: 1, quantity: 3, before, after }], freight: { ...none, total: 90n } });
    expect([of(0, 1), of(1, 2), of(2, 3)]).toEqual([3n, 3n, 4n]);
    expect(commissionPart(terms, { lines: [], freight: { before: 30n, after: 90n, total: 90n } })).toBe(5n);
  });

  test("of a line that bears none is nothing", () => {
    expect(
      commissionPart(
        { lines: [], freight: { commission: 0n } },
        { lines: [{ lineNumber: 2, quantity: 1, before: 0, after: 1 }], freight: none },
      ),
    ).toBe(0n);
  });

  test("adds up to the whole, in whatever order and number the parts come", () => {
    const lineOf = fc.record({ commission: fc.bigInt(0n, 10n ** 9n), quantity: fc.integer({ min: 1, max: 40 }) });
    const orders = fc.record({
      lines: fc.array(lineOf, { minLength: 1, maxLength: 4 }),
      freight: fc.record({ commission: fc.bigInt(0n, 10n ** 6n), total: fc.bigInt(1n, 10n ** 6n) }),
      draws: fc.infiniteStream(fc.record({ line: fc.nat(3), units: fc.integer({ min: 1, max: 9 }), freight: fc.bigInt(0n, 10n ** 6n) })),
    });
    fc.assert(
      fc.property(orders, ({ lines, freight, draws }) => {
        const terms = { lines: lines.map(({ commission }, index) => line(index + 1, commission)), freight };
        const drawn = lines.map(() => 0);
        let come = 0n;
        let sum = 0n;
        for (const draw of draws) {
          const open = lines.flatMap(({ quantity }, index) => ((drawn[index] ?? 0) < quantity ? [index] : []));
          const index = open[draw.line % Math.max(open.length, 1)];
          if (index === undefined) break;
          const { quantity } = lines[index] ?? { quantity: 0 };
          const before = drawn[index] ?? 0;
          const after = Math.min(quantity, before + draw.units);
          const last = open.length === 1 && after === quantity;
          const now = last || come + draw.freight > freight.total ? freight.total : come + draw.freight;
          const part = commissionPart(terms, {
            lines: [{ lineNumber: index + 1, quantity, before, after }],
            freight: { before: come, after: now, total: freight.total },
          });
          expect(part >= 0n).toBe(true);
          sum += part;
          drawn[index] = after;
          come = now;
        }
        expect(sum).toBe(lines.reduce((all, { commission }) => all + commission, freight.commission));
      }),
      { seed },
    );
  });
});
