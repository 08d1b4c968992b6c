import { assert } from "../../kernel/assert.ts";
import type { LocationId, OfferId, OrderId, ReservationId, SellerId } from "../../kernel/ids.ts";

/** A reservation row that is locked, and how much of it is still held. All counts are in the offer's unit. */
export type HeldReservation = {
  readonly sellerId: SellerId;
  readonly reservationId: ReservationId;
  readonly orderId: OrderId;
  readonly lineNumber: number;
  readonly offerId: OfferId;
  readonly locationId: LocationId;
  /** 0 for what its line ordered; else the number of the parcel that replaces a lost one. */
  readonly replacement: number;
  readonly quantity: number;
  /** Units that were not on hand when they were promised. */
  readonly backordered: number;
  readonly released: number;
  /** What is neither finalized nor released nor reassigned. */
  readonly held: number;
  /** Units of these that are promised to a parcel. */
  readonly packed: number;
  /** Held and in no parcel: what may be packed, cancelled or moved. */
  readonly open: number;
};

/** Units of an order line that are given up. */
export type LineDraw = { readonly lineNumber: number; readonly quantity: number };

/** Units of a reservation. */
export type ReservationUnits = { readonly reservation: HeldReservation; readonly quantity: number };

/**
 * Which reservations of one order give up the units of its lines: those promised on backorder first, then those promised last (the
 * highest reservation id). Packed units and those of replacements stay. Each reservation comes once.
 *
 * @throws AssertionFailed when a line has fewer open units than are drawn; the caller has judged that
 */
export function chooseReleases(reservations: readonly HeldReservation[], draws: readonly LineDraw[]): ReservationUnits[] {
  const newestFirst = reservations
    .filter(({ replacement, open }) => replacement === 0 && open > 0)
    .toSorted((a, b) => (a.reservationId < b.reservationId ? 1 : -1));
  const taken = new Map<HeldReservation, number>();
  for (const { lineNumber, quantity } of draws) {
    const ofLine = newestFirst.filter((reservation) => reservation.lineNumber === lineNumber);
    let missing = quantity;
    const take = (reservation: HeldReservation, most: number): void => {
      const before = taken.get(reservation) ?? 0;
      const units = Math.min(missing, most, reservation.open - before);
      if (units <= 0) return;
      taken.set(reservation, before + units);
      missing -= units;
    };
    // What was released of a reservation before was its backorder first, so that much of it is gone.
    for (const reservation of ofLine) take(reservation, reservation.backordered - reservation.released);
    for (const reservation of ofLine) take(reservation, reservation.open);
    assert(missing === 0, `line ${lineNumber} has ${missing} units fewer than are drawn`);
  }
  return [...taken].map(([reservation, units]) => ({ reservation, quantity: units }));
}
