import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cancelOverdueOrders } from "../../src/flows/cancel-overdue-orders.ts";
import { endingLocks } from "../../src/flows/cancel-units.ts";
import { createIdSource, type OrderId } from "../../src/kernel/ids.ts";
import { orderRules } from "../../src/modules/orders/index.ts";
import { withFlowTransaction } from "../../src/platform/db/index.ts";
import { createSettings, spineSettings } from "../../src/platform/settings/index.ts";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { type OrderRead, orderOf, uuidOfWire } from "./order-stories.ts";

let market: OwnMarket;
let company: Company;
let sellers: readonly Seller[];
beforeAll(async () => {
  market = await openMarket();
  company = await market.company();
  sellers = [await market.seller(), await market.seller()];
});
afterAll(() => market.close());

const newId = createIdSource((bytes) => crypto.getRandomValues(bytes));
const rules = orderRules(createSettings(spineSettings));

/** Acts on the acceptance deadlines of these orders as the sweeper does. Gives what became of each, and how many statements it took. */
async function cancelled(orders: readonly string[]): Promise<{ outcomes: readonly string[]; statements: number }> {
  const { database } = market.database;
  const orderIds = orders.map((id) => uuidOfWire(id) as OrderId);
  let statements = 0;
  const end = database.observe(() => void (statements += 1));
  const told = { requestId: "req_together", traceparent: null, newId, rules };
  const found = await withFlowTransaction(database, { role: "stoa_flow", locks: endingLocks }, (tx) =>
    cancelOverdueOrders(tx, "order_acceptance", { ...told, orderIds }),
  );
  end();
  return { outcomes: orderIds.map((id) => found.get(id) ?? ""), statements };
}

/** Orders of both sellers in one checkout each time. Their deadlines come when the sweeper of no server looks. */
async function placed(checkouts: number): Promise<readonly string[]> {
  const offers = await Promise.all(sellers.map((seller) => seller.offer({ units: checkouts })));
  const all = await Promise.all(Array.from({ length: checkouts }, () => company.placed(offers.map((offer) => ({ offer, quantity: 1 })))));
  return all.flatMap(({ orders }) => orders.map(({ id }) => id));
}
const comeDue = (orders: readonly string[]) =>
  market.database.owner("update deadlines set due_at = stoa_now() where subject_id = any ($1)", [orders.map(uuidOfWire)]);
const read = (id: string) => company.get<OrderRead>(`/v1/buyer/orders/${id}`);

describe("Orders that nobody has accepted in time", () => {
  it("are cancelled together by as many statements as two are, and each is told of", async () => {
    const [few, many] = [await placed(1), await placed(12)];
    for (const server of market.servers) await server.kill();
    await comeDue([...few, ...many]);

    const first = await cancelled(few);
    const together = await cancelled(many);

    expect(new Set([...first.outcomes, ...together.outcomes])).toEqual(new Set(["done"]));
    expect(together.statements).toBe(first.statements);
    await market.restart(0);
    for (const id of many) {
      const { state, history } = await read(id);
      expect([state, history.at(-1)?.cause]).toEqual(["cancelled", "not_accepted_in_time"]);
    }
    const events = await market.database.owner<{ subject_id: string }>(
      "select subject_id from events where type = 'order.cancelled' and request_id = 'req_together'",
    );
    expect(events.map(({ subject_id }) => subject_id).toSorted()).toEqual([...few, ...many].map(uuidOfWire).toSorted());
    expect((await market.doctor()).violations).toEqual([]);
  });

  it("leave out who is held by somebody else, on hold, not due, or accepted meanwhile", async () => {
    const offer = await (sellers[0] as Seller).offer({ units: 5 });
    const ordered = async () => orderOf(await company.placed([{ offer, quantity: 1 }]));
    const [due, taken, held, early, accepted] = [await ordered(), await ordered(), await ordered(), await ordered(), await ordered()];
    await market.operator.post("/v1/operator/holds", { order: held, reason: "The address is looked at", look_again_on: "2099-01-01" });
    await sellers[0]?.post(`/v1/seller/orders/${accepted}/accept`, {});
    for (const server of market.servers) await server.kill();
    await comeDue([due, taken, held]);

    const somebody = new pg.Client({ connectionString: market.database.ownerUrl });
    await somebody.connect();
    await somebody.query("begin");
    const locked = await somebody.query(
      "select from checkouts where checkout_id = (select checkout_id from orders where order_id = $1) for no key update",
      [uuidOfWire(taken)],
    );
    const { outcomes } = await cancelled([due, taken, held, early, accepted]);
    await somebody.end();

    expect(locked.rowCount).toBe(1);
    expect(outcomes).toEqual(["done", "busy", "done", "done", "done"]);
    await market.restart(0);
    const states = await Promise.all([due, held, early, accepted].map(async (id) => (await read(id)).state));
    expect(states).toEqual(["cancelled", "confirmed", "confirmed", "accepted"]);
    await expect.poll(async () => (await read(taken)).state, { timeout: 15_000 }).toBe("cancelled");
  });
});
