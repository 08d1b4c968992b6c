import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql, withReader } from "../../src/platform/db/index.ts";
import { jsonOf, send } from "../support/barrier.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";

const invoices = 1_000;
const deaths = 5;

let market: OwnMarket;
beforeAll(async () => {
  market = await openMarket({ servers: 2 });
});
afterAll(() => market?.close());

/** Runs the tasks, `width` at a time, in their order. */
async function inParallel<Task>(tasks: readonly Task[], width: number, run: (task: Task) => Promise<void>): Promise<void> {
  const left = tasks.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const task of left) await run(task);
    }),
  );
}

test("1,000 parcels of one seller leave at once while its servers are killed: each is invoiced once, without a gap, and no day falls", {
  timeout: 180_000,
}, async () => {
  const seller = await market.seller();
  const company = await market.company();
  const [offer] = await seller.offers([{ units: invoices }]);
  const orders: string[] = [];
  await inParallel(Array.from({ length: invoices }), 32, async () => {
    const { orders: placed } = await company.placed([{ offer: offer!, quantity: 1 }]);
    orders.push(...placed.map(({ id }) => id));
  });
  for (let from = 0; from < orders.length; from += 200) {
    await seller.post("/v1/seller/orders/accept", { orders: orders.slice(from, from + 200) });
  }

  // A server dies after every so many answers, and another one takes its place; who asked it asks again with the same key.
  let answered = 0;
  let died = 0;
  let anotherStands = Promise.resolve();
  const killOne = async () => {
    const index = died % 2;
    died += 1;
    await market.servers[index]?.kill();
    await market.restart(index);
  };
  await inParallel([...orders.entries()], 32, async ([place, order]) => {
    const request = seller.request(
      "POST",
      `/v1/seller/orders/${order}/shipments`,
      { location: seller.location, lines: [{ line_number: 1, quantity: 1 }], ship: true },
      { key: randomUUID() },
    );
    let answer: HttpAnswer | undefined;
    while (answer?.status !== 201) {
      const server = place % 2;
      try {
        answer = await send(market.origins()[server] ?? "", request);
      } catch {
        answer = undefined;
      }
      if (answer !== undefined && answer.status !== 201) expect([503, 409, answer.body.toString()]).toContain(answer.status);
      if (answer?.status === 409) expect(jsonOf(answer)["code"]).toBe("request-in-flight");
      if (answer?.status !== 201) await anotherStands;
    }
    answered += 1;
    if (died < deaths && answered >= ((died + 1) * invoices) / (deaths + 1)) anotherStands = killOne();
  });
  await anotherStands;
  expect(died).toBe(deaths);

  const found = await withReader(market.database.database, { role: "stoa_read" }, (reader) =>
    reader.query(sql<{ number: number; issued_on: string }>`
      select d.number, d.issued_on from documents d join invoices i on i.invoice_id = d.document_id order by d.number`),
  );
  expect(found.map(({ number }) => number)).toEqual(Array.from({ length: invoices }, (_, index) => index + 1));
  expect(found.map(({ issued_on }) => issued_on)).toEqual(found.map(({ issued_on }) => issued_on).toSorted());
  expect(await market.stock(offer!)).toEqual({ onHand: 0, reserved: 0 });
  expect((await market.doctor()).violations).toEqual([]);
});
