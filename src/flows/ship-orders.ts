import type { ApiKeyId, LocationId, OrderId, SellerId, Uuid } from "../kernel/ids.ts";
import { attempt, type Outcome, Refused, withDone } from "../kernel/refusal.ts";
import { type HeldReservation, lockLevelsOfReservations, lockReservationsOfOrders, readOlderHeld } from "../modules/inventory/index.ts";
import {
  type AskedUnits,
  countShipmentsOf,
  lockOrders,
  type OrderNumbers,
  readNumbersOfOrders,
  requireAction,
} from "../modules/orders/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { readOrderStops } from "../views/order-stops.ts";
import { type AmendedSupply, judgeSupply, lockOwed, prepareSupplies, writeAmendedSupply } from "./amend-tax.ts";
import type { OrderMeans } from "./lifecycle-events.ts";
import { judgeCount, judgeParcel, numbersPacked, type PackedParcel, type Packing, packParcels } from "./pack-shipment.ts";
import { judgeStops } from "./refuse-stopped.ts";
import { judgeGoods, type ParcelToSend, type ParcelUnits, type SentParcel, sendParcels } from "./ship-parcel.ts";

/** What of an order leaves from a location: these units, or all that are reserved there and in no other parcel. */
export type OrderToShip = {
  readonly orderId: OrderId;
  readonly locationId: LocationId;
  readonly lines?: readonly AskedUnits[] | undefined;
  readonly carrier: string | null;
  readonly tracking: string | null;
};

/** Orders of one seller, each once. */
export type ShipOrders = Omit<OrderMeans, "at" | "actor" | "idempotencyId"> & {
  readonly sellerId: SellerId;
  readonly keyId: ApiKeyId;
  readonly rows: readonly OrderToShip[];
  readonly idempotencyId: Uuid;
};

/** A parcel that can leave, and what is amended of the tax of its order when it does. */
type ToSend = { readonly packing: Packing; readonly amended: AmendedSupply | undefined };

/**
 * Packs parcels of many orders and sends them at once, each on its own: one that is refused stops none of the others. The statements are as
 * many for one as for many, and the invoices take their numbers in one; only an order whose tax has to be amended has some of its own.
 * Whether it has, and whether the law knows a tax at all, is judged before anything is packed.
 *
 * Locks: checkout, order, reservation, stock level, credit account, company funds, seller balance, document series, deadline.
 *
 * @returns in the order asked for; refused with not-found and what packing and shipping refuse
 * @throws Refused of all, none of them sent: operator-profile-missing
 * @throws MoreRowsNeeded when a checkout did not look as if it had to be locked; the work is begun anew
 */
export async function shipOrders(tx: Transaction, command: ShipOrders): Promise<Outcome<SentParcel>[]> {
  const { sellerId, rows, keyId } = command;
  const keys = rows.map(({ orderId }) => ({ sellerId, orderId }));
  const supplies = await prepareSupplies(tx, keys);
  const orders = await lockOrders(tx, keys);
  const moment = await now(tx);
  // Before the other locks: what is not accepted yet may hold thousands of reservations.
  const possible = rows.map((row) =>
    attempt(() => {
      const order = orders.find(({ orderId }) => orderId === row.orderId);
      if (order === undefined) throw new Refused({ code: "not-found" });
      requireAction(order, "seller", moment, ["pack"]);
      return { row, order };
    }),
  );
  const open = possible.flatMap((outcome) => (outcome.ok ? [outcome.value.order] : []));
  const held = Map.groupBy(await lockReservationsOfOrders(tx, open), ({ orderId }) => orderId);
  const here = possible.map((outcome) =>
    outcome.ok
      ? attempt(() => ({ ...outcome.value, units: unitsOf(held.get(outcome.value.order.orderId) ?? [], outcome.value.row) }))
      : outcome,
  );
  const reservations = here.flatMap((outcome) => (outcome.ok ? outcome.value.units.map(({ reservation }) => reservation) : []));
  const levels = await lockLevelsOfReservations(tx, reservations);
  const owed = await lockOwed(tx, supplies);
  const means = { ...command, at: await now(tx), actor: { kind: "seller", id: keyId } } as const;
  const [stops, older] = [await readOrderStops(tx, open), await readOlderHeld(tx, reservations)];
  const counts = await countShipmentsOf(tx, open);
  const numbers = await readNumbersOfOrders(tx, open);
  const placeOf = new Map(open.map(({ orderId }, index) => [orderId, index]));
  const judged = here.map((outcome) =>
    outcome.ok
      ? attempt((): ToSend => {
          const { row, order, units } = outcome.value;
          const [count, ofOrder] = factsAt(placeOf.get(order.orderId), counts, numbers);
          judgeStops(stops.get(order.orderId) ?? []);
          judgeGoods(units, levels, older, undefined);
          judgeCount(count);
          const { locationId, carrier, tracking } = row;
          const amended = judgeSupply({ order, numbers: numbersPacked(ofOrder, units), units }, owed.get(order.orderId), means.at);
          return { packing: { order, numbers: ofOrder, units, number: count + 1, locationId, carrier, tracking }, amended };
        })
      : outcome,
  );
  const toSend = judged.flatMap((outcome) => (outcome.ok ? [outcome.value] : []));
  if (toSend.length === 0) return withDone(judged, []);
  const packings = toSend.map(({ packing }) => packing);
  const packed = await packParcels(tx, packings, means);
  return withDone(judged, await sendParcels(tx, await amended(tx, packed, toSend, means), means));
}

function unitsOf(held: readonly HeldReservation[], { locationId, lines }: OrderToShip): ParcelUnits[] {
  const asked =
    lines ??
    held.flatMap((each, index) =>
      each.locationId === locationId && each.replacement === 0 && each.open > 0
        ? [{ index, lineNumber: each.lineNumber, quantity: each.open }]
        : [],
    );
  const units = judgeParcel(held, locationId, asked);
  if (units.length === 0) throw new Refused({ code: "units-not-open", lines: [] });
  return units;
}

function factsAt(place: number | undefined, counts: readonly number[], numbers: readonly OrderNumbers[]): [number, OrderNumbers] {
  const [count, ofOrder] = place === undefined ? [] : [counts[place], numbers[place]];
  if (count === undefined || ofOrder === undefined) throw new Error("what is known of an order is read for each");
  return [count, ofOrder];
}

/** Rates end seldom and for many orders at once, so an amendment is one order's own work. */
async function amended(
  tx: Transaction,
  packed: readonly PackedParcel[],
  toSend: readonly ToSend[],
  means: OrderMeans,
): Promise<ParcelToSend[]> {
  const parcels: ParcelToSend[] = [];
  for (const [index, parcel] of packed.entries()) {
    const judged = toSend[index];
    if (judged === undefined) throw new Error("what is packed was judged");
    const { carrier, tracking } = judged.packing;
    const taxed = judged.amended === undefined ? {} : await writeAmendedSupply(tx, parcel, judged.amended, means);
    parcels.push({ ...parcel, ...taxed, sending: { carrier, tracking, forcedReason: null } });
  }
  return parcels;
}
