import { inParallel } from "./in-parallel.ts";
import { ordersOfACheckout } from "./lifecycle.ts";
import { checkoutLines, createRandom, linesText } from "./lines.ts";
import { figuresOf, type Measured, measure, runName } from "./measure.ts";
import { quotient } from "./statistics.ts";
import { type Bench, type Findings, rounds, run, usualBuyers } from "./workloads.ts";
import type { Seller } from "./goods.ts";

const mostOfARequest = 200;
const offersOfTheSeller = 100;
const ample = 1_000_000;
/** Over which accepted orders are shipped, by requests of up to 200, and one by one. */
const connections = { together: 5, oneByOne: 32 } as const;

type Way = keyof typeof connections;
type Shipped = { readonly invoices: number; readonly seconds: number; readonly repeats: number };

/**
 * All accepted orders of one seller leave at once, with an invoice each: by requests of up to 200, and by as many requests as there are
 * orders. Either way each parcel is packed and sent by the same operation. Beside placing, which comes before each.
 */
export async function invoices(bench: Bench): Promise<Findings> {
  const placed: Measured[] = [];
  const shipped: Record<Way, Shipped[]> = { together: [], oneByOne: [] };
  const lines = checkoutLines({ offers: bench.goods.offers, sellers: 3, random: createRandom(3) });
  for (let round = 1; round <= rounds; round += 1) {
    placed.push(await run(bench, { name: "place", buyers: usualBuyers, lines }, bench.seconds / rounds));
    for (const way of ["together", "oneByOne"] as const) {
      const done = await shipAll(bench, way);
      const asked = way === "together" ? `up to ${mostOfARequest} a request` : "one a request";
      bench.say(`invoices, ${asked}: ${done.invoices} in ${done.seconds.toFixed(2)} s, ${(done.invoices / done.seconds).toFixed(0)}/s`);
      shipped[way].push(done);
    }
  }
  const perSecond = (way: Way): number =>
    shipped[way].reduce((sum, each) => sum + each.invoices, 0) / shipped[way].reduce((sum, { seconds }) => sum + seconds, 0);
  const ordersPlaced = figuresOf(placed).perSecond * ordersOfACheckout;
  return {
    invoices_to_place: quotient(perSecond("together"), ordersPlaced),
    invoices_one_by_one_to_place: quotient(perSecond("oneByOne"), ordersPlaced),
    invoices_per_second: quotient(perSecond("together"), 1, 1),
    invoices_one_by_one_per_second: quotient(perSecond("oneByOne"), 1, 1),
    invoices_place_orders_per_second: quotient(ordersPlaced, 1, 1),
    invoices_at_once: bench.sizes.invoices,
    invoices_repeats: Object.values(shipped)
      .flat()
      .reduce((sum, { repeats }) => sum + repeats, 0),
    ...(await judgedSeries(bench)),
  };
}

/** A further seller has so many orders accepted; then they all leave. */
async function shipAll(bench: Bench, way: Way): Promise<Shipped> {
  const { seller, orders } = await acceptedOrders(bench);
  const { id, caller, location } = seller;
  const size = way === "together" ? mostOfARequest : 1;
  const name = runName();
  const { answers, seconds, repeats } = await bench.loader.write({
    origin: bench.server().url,
    secret: caller.secret,
    connections: connections[way],
    writes: inParts(orders, size).map((part, index) => ({
      path: "/v1/seller/shipments/ship",
      key: `${name}-${index}`,
      body: { shipments: part.map((order) => ({ order, location, carrier: "DHL" })) },
    })),
  });
  const sent = (answers as { results: { ok: boolean }[] }[]).flatMap(({ results }) => results).filter(({ ok }) => ok).length;
  if (sent !== orders.length) throw new Error(`${sent} of ${orders.length} orders of ${id} were shipped`);
  return { invoices: sent, seconds, repeats };
}

async function acceptedOrders(bench: Bench): Promise<{ readonly seller: Seller; readonly orders: readonly string[] }> {
  const { stage, loader, goods, sizes } = bench;
  const { seller, offers } = await goods.seller(Array.from({ length: offersOfTheSeller }, () => ample));
  await measure(
    { stage, loader, server: bench.server() },
    {
      buyers: goods.buyers.slice(0, usualBuyers),
      lines: offers.map((offer) => linesText([offer])),
      seconds: 600,
      requests: sizes.invoices,
    },
  );
  const orders: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    type Page = { items: { id: string }[]; next_cursor: string | null };
    const page: Page = await seller.caller.get<Page>(
      `/v1/seller/orders?state=confirmed&limit=200${cursor === "" ? "" : `&cursor=${cursor}`}`,
    );
    orders.push(...page.items.map(({ id }) => id));
    cursor = page.next_cursor;
  }
  if (orders.length !== sizes.invoices) throw new Error(`the seller has ${orders.length} orders, not ${sizes.invoices}`);
  const parts = inParts(orders, mostOfARequest);
  await inParallel(parts.length, (index) => seller.caller.post("/v1/seller/orders/accept", { orders: parts[index] }));
  return { seller, orders };
}

function inParts<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));
}

/** Over every series of invoices in the database: numbers that nothing has, and invoices issued before the one of the number below. */
export async function judgedSeries({
  stage,
}: Pick<Bench, "stage">): Promise<{ readonly invoice_number_gaps: number; readonly invoice_dates_falling: number }> {
  const { rows } = await stage.superuser.query<{ gaps: string; falling: string }>(
    `with numbered as (
       select issuer_id, year, number, issued_on, issued_at,
         lag(issued_on) over series as day_before, lag(issued_at) over series as moment_before
       from documents where type = 'invoice' window series as (partition by issuer_id order by year, number)
     ), ended as (
       select max(number) - count(*) as gaps, count(*) filter (where issued_on < day_before or issued_at < moment_before) as falling
       from numbered group by issuer_id, year
     )
     select coalesce(sum(gaps), 0) as gaps, coalesce(sum(falling), 0) as falling from ended`,
  );
  return { invoice_number_gaps: Number(rows[0]?.gaps), invoice_dates_falling: Number(rows[0]?.falling) };
}
