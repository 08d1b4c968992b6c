import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { creditShares, releasedShare } from "./shares.ts";

const amount = (max: bigint) => fc.bigInt({ min: 0n, max });
const openAndPending = fc.bigInt({ min: 1n, max: 10n ** 12n }).chain((open) => fc.tuple(fc.constant(open), amount(open)));

describe("a seller's share", () => {
  test("becomes payable with the company's money, the rest with the last", () => {
    expect(releasedShare(10_710n, 6_000n, 11_900n)).toBe(5_400n);
    expect(releasedShare(5_310n, 5_900n, 5_900n)).toBe(5_310n);
    expect(releasedShare(1n, 1n, 3n)).toBe(0n);
  });

  test("is released wholly by any sequence of payments, and never more is pending than open", () => {
    fc.assert(
      fc.property(openAndPending, fc.array(fc.bigInt({ min: 1n, max: 10n ** 9n }), { maxLength: 20 }), ([total, share], payments) => {
        let [open, pending, payable] = [total, share, 0n];
        for (const payment of [...payments, total]) {
          const settled = payment < open ? payment : open;
          if (settled === 0n) continue;
          const released = releasedShare(pending, settled, open);
          [open, pending, payable] = [open - settled, pending - released, payable + released];
          expect(pending >= 0n && pending <= open).toBe(true);
        }
        expect([open, pending, payable]).toEqual([0n, 0n, share]);
      }),
      { seed: 20_261_122 },
    );
  });
});

describe("a credit", () => {
  test("of an unpaid invoice takes back the share and gives back the commission", () => {
    expect(creditShares({ open: 11_900n, pending: 10_710n, credited: 11_900n, reversed: 1_190n })).toEqual({
      ...{ lowered: 11_900n, freed: 0n, loweredFromPending: 11_900n, loweredFromPayable: 0n },
      ...{ reversedToPending: 1_190n, reversedToPayable: 0n, pending: 0n },
    });
  });

  test("of a paid invoice frees the money and comes out of what is payable", () => {
    expect(creditShares({ open: 0n, pending: 0n, credited: 11_900n, reversed: 1_190n })).toEqual({
      ...{ lowered: 0n, freed: 11_900n, loweredFromPending: 0n, loweredFromPayable: 0n },
      ...{ reversedToPending: 0n, reversedToPayable: 1_190n, pending: 0n },
    });
  });

  test("of a half paid invoice is parted between what is open and what is paid", () => {
    expect(creditShares({ open: 5_900n, pending: 5_310n, credited: 11_900n, reversed: 1_190n })).toEqual({
      ...{ lowered: 5_900n, freed: 6_000n, loweredFromPending: 5_900n, loweredFromPayable: 0n },
      ...{ reversedToPending: 590n, reversedToPayable: 600n, pending: 0n },
    });
  });

  test("that leaves the commission charged makes the seller owe it", () => {
    expect(creditShares({ open: 11_900n, pending: 10_710n, credited: 11_900n, reversed: 0n })).toEqual({
      ...{ lowered: 11_900n, freed: 0n, loweredFromPending: 10_710n, loweredFromPayable: 1_190n },
      ...{ reversedToPending: 0n, reversedToPayable: 0n, pending: 0n },
    });
  });

  test("never leaves a share negative, more pending than open, or an amount that goes nowhere", () => {
    const credits = fc
      .tuple(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.bigInt({ min: 1n, max: 10n ** 12n }))
      .chain(([open, credited]) => fc.tuple(fc.constant(open), amount(open), fc.constant(credited), amount(credited)));
    fc.assert(
      fc.property(credits, ([open, pending, credited, reversed]) => {
        const shares = creditShares({ open, pending, credited, reversed });
        const openAfter = open - shares.lowered;
        expect(Object.values(shares).every((share) => share >= 0n)).toBe(true);
        expect(shares.pending <= openAfter).toBe(true);
        expect(shares.lowered + shares.freed).toBe(credited);
        expect(shares.loweredFromPending + shares.loweredFromPayable).toBe(shares.lowered);
        expect(shares.reversedToPending + shares.reversedToPayable).toBe(reversed);
        expect(pending + shares.reversedToPending - shares.loweredFromPending).toBe(shares.pending);
      }),
      { seed: 20_261_122, numRuns: 2_000 },
    );
  });
});
