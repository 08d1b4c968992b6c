import { leaves } from "./expected-invoices.ts";
import { type Ending, type HistoricalOrder, type History, offerKey } from "./history.ts";
import { parcelsOf } from "./parcels.ts";
import { type SellerPart, sellerParts } from "./seller-parts.ts";
import { type Counts, added, addTo, count, nothing, type Sum, type Sums, type Totals } from "./sums.ts";
import { isPrepaid } from "./ways-of-paying.ts";

/** In which state the market's order is when it has ended so: one that was refused has been delivered, in vain. */
export const stateOf: Readonly<Record<Ending, string>> = {
  accepted: "accepted",
  shipped: "shipped",
  delivered: "delivered",
  refused: "delivered",
  rejected: "rejected",
  cancelled: "cancelled",
};

/** What is not in the files: by offer, what stock there was; by company, what it owes on invoices in the end, minor units. */
export type Beside = { readonly received: ReadonlyMap<string, number>; readonly receivable: ReadonlyMap<string, bigint> };

/** What these orders of a history come to when all have ended. */
export function expectedTotals(history: History, orders: Iterable<HistoricalOrder>, { received, receivable }: Beside): Totals {
  let all = nothing;
  const sums = { byStatus: new Map(), bySeller: new Map(), byCompany: new Map(), byTaxCode: new Map() } satisfies Record<string, Sums>;
  const counts = { states: new Map(), parcels: new Map(), held: new Map(), shipped: new Map() } satisfies Record<string, Counts>;
  const creditUsed = new Map<string, bigint>();
  let [cancelledGross, promisedDays, ordersInTwoParcels, ordersThatAddUp] = [0n, 0, 0, 0];
  for (const order of orders) {
    const { customer, ending, status } = order;
    const [wasShipped, isOver] = [leaves(ending), ending === "cancelled" || ending === "rejected"];
    let whole: Sum = { ...nothing, orders: 1 };
    // Credit is used by what is ordered on account and not invoiced, and by what is owed on invoices.
    const isCharged = ending === "accepted" && !isPrepaid(order.reference);
    creditUsed.set(customer, creditUsed.get(customer) ?? receivable.get(customer) ?? 0n);
    for (const part of sellerParts(order, history)) {
      whole = { ...added(whole, sumOf(part)), orders: 1 };
      addTo(sums.bySeller, part.seller, sumOf(part));
      addTo(sums.byCompany, customer, sumOf(part));
      addTo(sums.byTaxCode, part.taxCode, sumOf(part));
      count(counts.states, `${status}.${stateOf[ending]}`);
      if (isOver) cancelledGross += part.gross;
      if (isCharged) creditUsed.set(customer, (creditUsed.get(customer) ?? 0n) + part.gross);
      if (!isOver) promisedDays += order.promisedInDays ?? 0;
      for (const line of part.lines) {
        count(counts.held, offerKey(line), ending === "accepted" ? line.quantity : 0);
        count(counts.shipped, offerKey(line), wasShipped ? line.quantity : 0);
      }
      if (!wasShipped) continue;
      const parcels = parcelsOf(history, order, part);
      count(counts.parcels, ending, parcels.length);
      ordersThatAddUp += 1;
      if (parcels.length > 1) ordersInTwoParcels += 1;
    }
    all = added(all, whole);
    addTo(sums.byStatus, status, whole);
  }
  const onHand = new Map([...received].map(([offer, units]) => [offer, units - (counts.shipped.get(offer) ?? 0)]));
  return { all, ...sums, ...counts, onHand, creditUsed, cancelledGross, promisedDays, ordersInTwoParcels, ordersThatAddUp };
}

function sumOf({ units, goods, freight, tax, gross }: SellerPart): Sum {
  return { orders: 1, units, goods, freight, tax, gross };
}
