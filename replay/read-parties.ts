import { amountAt, expectStatus, integerAt, listAt, readAll, textAt } from "./api.ts";
import { inParallel } from "./in-parallel.ts";
import { type Means, type OpenedMarket, type OpenedParty, setupWidth } from "./market.ts";
import { startProgress } from "./progress.ts";
import { addTo, type Counts, count, type Sums } from "./sums.ts";

/** What each seller or company finds in its own list of orders: their amounts, without units and goods. */
export async function readOrderLists(
  step: string,
  path: "/v1/seller/orders" | "/v1/buyer/orders",
  parties: ReadonlyMap<string, OpenedParty>,
  { api }: Pick<Means, "api">,
): Promise<Sums> {
  const listed: Sums = new Map();
  const progress = startProgress(step, parties.size);
  await inParallel([...parties], setupWidth, async ([name, { key }]) => {
    await readAll(api, key, path, (row) => {
      const [freight, tax, gross] = [amountAt(row, "freight"), amountAt(row, "tax"), amountAt(row, "total")];
      addTo(listed, name, { orders: 1, units: 0, goods: amountAt(row, "net") - freight, freight, tax, gross });
    });
    progress.tick();
  });
  progress.end();
  return listed;
}

/** What each company sees used of its credit. */
export async function readCreditUsed(step: string, market: OpenedMarket, { api }: Pick<Means, "api">): Promise<Map<string, bigint>> {
  const used = new Map<string, bigint>();
  const progress = startProgress(step, market.companies.size);
  await inParallel([...market.companies], setupWidth, async ([name, { key }]) => {
    const accounts = listAt(expectStatus(await api.get(key, "/v1/buyer/credit-accounts"), 200), "items");
    used.set(
      name,
      accounts.reduce((sum, account) => sum + amountAt(account, "used"), 0n),
    );
    progress.tick();
  });
  progress.end();
  return used;
}

/** Units that are reserved and on hand of each offer, as each seller's stock shows them. */
export async function readStock(
  step: string,
  market: OpenedMarket,
  { api }: Pick<Means, "api">,
): Promise<{ readonly held: Counts; readonly onHand: Counts }> {
  const nameOf = new Map([...market.offers].map(([name, { id }]) => [id, name]));
  const [held, onHand]: [Counts, Counts] = [new Map(), new Map()];
  const progress = startProgress(step, market.sellers.size);
  await inParallel([...market.sellers.values()], setupWidth, async ({ key }) => {
    await readAll(api, key, "/v1/seller/stock", (row) => {
      const name = nameOf.get(textAt(row, "offer"));
      if (name === undefined) return;
      count(held, name, integerAt(row, "reserved"));
      count(onHand, name, integerAt(row, "on_hand"));
    });
    progress.tick();
  });
  progress.end();
  return { held, onHand };
}
