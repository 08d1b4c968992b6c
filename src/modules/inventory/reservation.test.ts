import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LocationId, OfferId, OrderId, ReservationId, SellerId } from "../../kernel/ids.ts";
import { chooseReleases, type HeldReservation } from "./reservation.ts";

type Numbers = { readonly line?: number; readonly open: number; readonly packed?: number; readonly backordered?: number };

const held = (id: number, { line = 1, open, packed = 0, backordered = 0 }: Numbers, more: Partial<HeldReservation> = {}) =>
  ({
    sellerId: "seller" as SellerId,
    reservationId: `r${id}` as ReservationId,
    orderId: "order" as OrderId,
    lineNumber: line,
    offerId: `offer ${line}` as OfferId,
    locationId: `location ${id}` as LocationId,
    replacement: 0,
    quantity: open + packed,
    backordered,
    released: 0,
    held: open + packed,
    packed,
    open,
    ...more,
  }) satisfies HeldReservation;

const chosen = (reservations: readonly HeldReservation[], quantity: number, lineNumber = 1) =>
  Object.fromEntries(
    chooseReleases(reservations, [{ lineNumber, quantity }]).map(({ reservation, quantity: units }) => [reservation.reservationId, units]),
  );

describe("Units that a line gives up", () => {
  it("are those on backorder before those on hand, wherever they stand", () => {
    const reservations = [held(1, { open: 5, backordered: 3 }), held(2, { open: 4 })];
    expect([chosen(reservations, 2), chosen(reservations, 3), chosen(reservations, 5)]).toEqual([{ r1: 2 }, { r1: 3 }, { r1: 3, r2: 2 }]);
  });

  it("are then those that were promised last", () => {
    const reservations = [held(1, { open: 5 }), held(3, { open: 1 }), held(2, { open: 4 })];
    expect([chosen(reservations, 1), chosen(reservations, 3), chosen(reservations, 10)]).toEqual([
      { r3: 1 },
      { r3: 1, r2: 2 },
      { r3: 1, r2: 4, r1: 5 },
    ]);
  });

  it("count as backorder once: what was released before was that", () => {
    expect(chosen([held(1, { open: 2, backordered: 3 }, { quantity: 5, released: 3 }), held(2, { open: 2 })], 1)).toEqual({ r2: 1 });
  });

  it("are never packed, of another line or of what replaces a lost parcel", () => {
    const others = [held(1, { open: 0, packed: 9 }), held(2, { line: 2, open: 9 }), held(3, { open: 9 }, { replacement: 1 })];
    expect(chosen([...others, held(4, { open: 1, packed: 3 })], 1)).toEqual({ r4: 1 });
    expect(() => chosen(others, 1)).toThrow("line 1 has 1 units fewer than are drawn");
  });

  it("are as many as were drawn, each reservation once and within what is open, whatever the lines and draws", () => {
    const some = fc.array(
      fc.record({
        line: fc.integer({ min: 1, max: 3 }),
        open: fc.integer({ min: 0, max: 9 }),
        packed: fc.integer({ min: 0, max: 3 }),
        backordered: fc.integer({ min: 0, max: 9 }),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(some, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }), (rows, shares) => {
        const reservations = rows.map((row, index) =>
          held(index, { ...row, backordered: Math.min(row.backordered, row.open + row.packed) }),
        );
        const draws = shares.map((share, index) => {
          const open = reservations.filter(({ lineNumber }) => lineNumber === index + 1).reduce((sum, each) => sum + each.open, 0);
          return { lineNumber: index + 1, quantity: Math.floor(open * share) };
        });
        const units = chooseReleases(reservations, draws);
        const ofLine = (line: number) =>
          units.filter(({ reservation }) => reservation.lineNumber === line).reduce((sum, { quantity }) => sum + quantity, 0);
        return (
          new Set(units.map(({ reservation }) => reservation.reservationId)).size === units.length &&
          units.every(({ reservation, quantity }) => quantity > 0 && quantity <= reservation.open) &&
          draws.every(({ lineNumber, quantity }) => ofLine(lineNumber) === quantity)
        );
      }),
    );
  });
});
