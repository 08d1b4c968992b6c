import { amountAt, expectStatus, integerAt, listAt, readAll, textAt } from "./api.ts";
import { inParallel } from "./in-parallel.ts";
import { type Means, setupWidth } from "./market.ts";
import { startProgress } from "./progress.ts";
import { type Counts, count } from "./sums.ts";

/** What has left for an order: how many parcels, the units in them and their net worth without freight. */
export type Sent = { readonly parcels: number; readonly units: number; readonly net: bigint };

/** The parcels of orders: how many are in each state, and what left for each order. */
export type Parcels = { readonly states: Counts; readonly byOrder: ReadonlyMap<string, Sent> };

/** Reads the parcels of these orders, as the operator sees them. */
export async function readParcels(step: string, orderIds: ReadonlySet<string>, { api, operatorKey }: Means): Promise<Parcels> {
  const ids: string[] = [];
  await readAll(api, operatorKey, "/v1/operator/shipments", (row) => {
    if (orderIds.has(textAt(row, "order"))) ids.push(textAt(row, "id"));
  });
  const states: Counts = new Map();
  const byOrder = new Map<string, Sent>();
  const progress = startProgress(step, ids.length);
  await inParallel(ids, setupWidth, async (id) => {
    const parcel = expectStatus(await api.get(operatorKey, `/v1/operator/shipments/${id}`), 200);
    const lines = listAt(parcel, "lines");
    const order = textAt(parcel, "order");
    const before = byOrder.get(order) ?? { parcels: 0, units: 0, net: 0n };
    count(states, textAt(parcel, "state"));
    byOrder.set(order, {
      parcels: before.parcels + 1,
      units: lines.reduce((sum, line) => sum + integerAt(line, "quantity"), before.units),
      net: lines.reduce((sum, line) => sum + amountAt(line, "net"), before.net),
    });
    progress.tick();
  });
  progress.end();
  return { states, byOrder };
}
