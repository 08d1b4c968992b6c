import { type Body, expectStatus, textAt } from "./api.ts";
import { invoiceKey } from "./expected-invoices.ts";
import { type HistoricalOrder, type History, inOrder } from "./history.ts";
import { inParallel } from "./in-parallel.ts";
import type { Means, OpenedMarket } from "./market.ts";
import { type ParcelLine, parcelsOf } from "./parcels.ts";
import { type PlacedOrder, type Placings, promisedDay } from "./place-orders.ts";
import { startProgress } from "./progress.ts";
import { type SellerPart, sellerParts } from "./seller-parts.ts";
import { numberOf } from "./shares.ts";

/** A seller's part of a placed order on its way to its end, with the keys of those who act. */
type Journey = {
  readonly id: string;
  readonly order: HistoricalOrder;
  readonly part: SellerPart;
  readonly lines: readonly ParcelLine[][];
  readonly seller: string;
  readonly company: string;
  readonly location: string;
  readonly promisedOn: string | undefined;
  /** Filled when they leave. */
  readonly parcels: string[];
};

/** Something that is done about an order, and when the file says so. */
type Step = { readonly at: string; readonly journey: Journey; readonly work: (journey: Journey, means: Means) => Promise<void> };

/**
 * Brings every placed order to its end as those would who did it: seller and company. Steps are begun in the order of the files' times,
 * `concurrency` at a time, and those of one order one after the other.
 *
 * @returns by the market's id of each parcel that left, the name of its invoice
 */
export async function endOrders(
  history: History,
  market: OpenedMarket,
  placings: Placings,
  means: Means,
): Promise<ReadonlyMap<string, string>> {
  const journeys = [...placings.placed.values()].flatMap((placed) =>
    sellerParts(placed.order, history).map((part) => journeyOf(placed, part, history, market)),
  );
  const steps = journeys.flatMap(stepsOf).toSorted((a, b) => inOrder(a.at, b.at));
  const last = new Map<Journey, Promise<void>>();
  const progress = startProgress(`${history.name}: steps of orders`, steps.length);
  await inParallel(steps, means.concurrency, async ({ journey, work }) => {
    // The one before was begun before, so somebody is at it.
    const done = (last.get(journey) ?? Promise.resolve()).then(() => work(journey, means));
    last.set(journey, done);
    await done;
    progress.tick();
  });
  progress.end();
  return new Map(
    journeys.flatMap(({ order, part: { seller }, parcels }) =>
      parcels.map((id, parcel) => [id, invoiceKey({ order, seller, parcel })] as const),
    ),
  );
}

function journeyOf({ order, orderIds }: PlacedOrder, part: SellerPart, history: History, market: OpenedMarket): Journey {
  const seller = market.sellers.get(part.seller);
  const { promisedInDays } = order;
  return {
    id: orderIds.get(part.seller) ?? "",
    order,
    part,
    lines: parcelsOf(history, order, part),
    seller: seller?.key ?? "",
    company: market.companies.get(order.customer)?.key ?? "",
    location: seller?.location ?? "",
    promisedOn: promisedInDays === undefined ? undefined : promisedDay(market, promisedInDays),
    parcels: [],
  };
}

function stepsOf(journey: Journey): Step[] {
  const { ending, times } = journey.order;
  const step = (at: string, work: Step["work"]): Step => ({ at, journey, work });
  if (ending === "cancelled") return [step(times.accepted, cancel)];
  if (ending === "rejected") return [step(times.accepted, reject)];
  const steps = [step(times.accepted, accept)];
  if (ending !== "accepted") steps.push(step(times.shipped, ship));
  if (ending === "delivered") steps.push(step(times.delivered, deliver));
  if (ending === "refused") steps.push(step(times.delivered, refuse));
  return steps;
}

async function accept({ id, seller, promisedOn }: Journey, { api }: Means): Promise<void> {
  const body = promisedOn === undefined ? {} : { promised_on: promisedOn };
  expectStatus(await api.write(seller, `/v1/seller/orders/${id}/accept`, `accept-${id}`, body), 200);
}

async function reject({ id, seller }: Journey, { api }: Means): Promise<void> {
  expectStatus(await api.write(seller, `/v1/seller/orders/${id}/reject`, `reject-${id}`, { reason: "unavailable in the file" }), 200);
}

async function cancel({ id, company }: Journey, { api }: Means): Promise<void> {
  expectStatus(await api.write(company, `/v1/buyer/orders/${id}/cancel`, `cancel-${id}`, { reason: "cancelled in the file" }), 200);
}

async function ship({ id, seller, location, lines, parcels }: Journey, { api }: Means): Promise<void> {
  for (const [index, parcel] of lines.entries()) {
    const body = {
      location,
      lines: parcel.map(({ lineNumber, quantity }) => ({ line_number: lineNumber, quantity })),
      ...{ carrier: "Replay", tracking: `${id}-${index + 1}`, ship: true },
    };
    const shipped: Body = expectStatus(await api.write(seller, `/v1/seller/orders/${id}/shipments`, `ship-${id}-${index}`, body), 201);
    parcels.push(textAt(shipped, "id"));
  }
}

/** Either side may say that a parcel has arrived; which of them it is always is the same for an order. */
async function deliver({ id, order, seller, company, parcels }: Journey, { api }: Means): Promise<void> {
  const [audience, key] = numberOf(order.reference) % 2 === 0 ? ["seller", seller] : ["buyer", company];
  for (const [index, parcel] of parcels.entries()) {
    const path = `/v1/${audience}/shipments/${parcel}/deliver`;
    expectStatus(await api.write(key ?? "", path, `deliver-${id}-${index}`, {}), 200);
  }
}

async function refuse({ id, company, parcels }: Journey, { api }: Means): Promise<void> {
  for (const [index, parcel] of parcels.entries()) {
    const body = { reason: "cancelled in the file, under way already" };
    expectStatus(await api.write(company, `/v1/buyer/shipments/${parcel}/refuse`, `refuse-${id}-${index}`, body), 200);
  }
}
