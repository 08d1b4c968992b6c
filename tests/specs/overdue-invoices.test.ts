import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openMarket, type OwnMarket } from "../support/market.ts";
import { bankOf } from "./bank-stories.ts";
import { orderTold, uuidOfWire } from "./order-stories.ts";
import { eur, tradeOf } from "./paper-stories.ts";

const day = 86_400_000;
let market: OwnMarket;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market?.close());

type Waiting = { readonly due_at: string; readonly reminders: number; readonly midnight: string };

/** When somebody is told next that an invoice is overdue; undefined when nobody will be. */
async function waiting(invoice: string): Promise<Waiting | undefined> {
  const [row] = await market.database.owner<Waiting>(
    `select d.due_at::text, i.reminders, ((i.due_on + 1)::timestamp at time zone s.time_zone)::text as midnight
     from deadlines d join invoices i on i.invoice_id = d.subject_id join sellers s on s.seller_id = i.seller_id
     where d.kind = 'invoice_reminder' and d.subject_id = $1`,
    [uuidOfWire(invoice)],
  );
  return row;
}

const clean = async () => expect((await market.doctor()).violations).toEqual([]);

/** Moves the clock to just behind what an invoice waits for. */
async function moveBehind(invoice: string): Promise<void> {
  const { due_at: due } = (await waiting(invoice)) ?? { due_at: "" };
  const [row] = await market.database.owner<{ millis: number }>(
    "select (extract(epoch from $1::timestamptz - stoa_now()) * 1000)::double precision as millis",
    [due],
  );
  await market.moveClock(Math.ceil(row?.millis ?? 0) + 1_000);
}

describe("An invoice that is not paid", () => {
  test("is told to its company and its seller when its due day is over, two times more a week apart, and then no more", async () => {
    const trade = await tradeOf(market);
    const { invoice } = await trade.invoiced(1);
    const first = await waiting(invoice.id);
    expect(first?.due_at).toBe(first?.midnight);
    for (const reminder of [1, 2, 3]) {
      await moveBehind(invoice.id);
      const told = ["invoice.issued", ...Array.from({ length: reminder }, () => "invoice.overdue")];
      expect(await orderTold(trade.company, "buyer", invoice.id, 1 + reminder)).toEqual(told);
      expect(await orderTold(trade.seller, "seller", invoice.id, 1 + reminder)).toEqual(told);
    }
    expect(await waiting(invoice.id)).toBeUndefined();
    expect(await trade.read(invoice.id)).toMatchObject({ version: 4, state: "issued", open: eur(1_190) });
    await clean();
  });

  test("is told a week later again, counted from when it was told", async () => {
    const trade = await tradeOf(market);
    const { invoice } = await trade.invoiced(1);
    await moveBehind(invoice.id);
    await orderTold(trade.company, "buyer", invoice.id, 2);
    const next = await waiting(invoice.id);
    const [row] = await market.database.owner<{ millis: number }>(
      "select (extract(epoch from $1::timestamptz - stoa_now()) * 1000)::double precision as millis",
      [next?.due_at],
    );
    expect([next?.reminders, Math.round((row?.millis ?? 0) / day)]).toEqual([1, 7]);
    await clean();
  });

  test("is not told any more when it is paid, credited or written off; when a write-off is undone it is, at once if it is overdue", async () => {
    const trade = await tradeOf(market);
    const [paid, credited, writtenOff] = [await trade.invoiced(1), await trade.invoiced(1), await trade.invoiced(1)].map(
      ({ invoice }) => invoice,
    );
    await bankOf(market, "OVERDUE").told({ amount: 1_190, text: paid!.number });
    await trade.credited(credited!.id, { all: true });
    await trade.writeOff(writtenOff!.id);
    for (const { id } of [paid!, credited!, writtenOff!]) expect(await waiting(id)).toBeUndefined();
    await market.moveClock(60 * day);
    await trade.undoWriteOff(writtenOff!.id, 1);
    expect(await orderTold(trade.company, "buyer", writtenOff!.id, 4)).toEqual([
      ...["invoice.issued", "invoice.written_off", "invoice.write_off_undone", "invoice.overdue"],
    ]);
    expect(await orderTold(trade.company, "buyer", paid!.id, 2)).toEqual(["invoice.issued", "invoice.settled"]);
    await clean();
  });

  test("waits until its due day is over when what settled it is undone before", async () => {
    const trade = await tradeOf(market);
    const { invoice } = await trade.invoiced(1);
    await trade.writeOff(invoice.id);
    await trade.undoWriteOff(invoice.id, 1);
    const next = await waiting(invoice.id);
    expect(next?.due_at).toBe(next?.midnight);
    await clean();
  });

  test("that was told often enough is not told anew when it is owed again", async () => {
    const trade = await tradeOf(market);
    const { invoice } = await trade.invoiced(1);
    for (const reminder of [1, 2, 3]) {
      await moveBehind(invoice.id);
      await orderTold(trade.company, "buyer", invoice.id, 1 + reminder);
    }
    await trade.writeOff(invoice.id);
    await trade.undoWriteOff(invoice.id, 1);
    await expect.poll(() => waiting(invoice.id), { timeout: 10_000 }).toBeUndefined();
    expect((await trade.read(invoice.id)).version).toBe(6);
    await clean();
  });

  test("that was paid beforehand waits for nobody", async () => {
    const trade = await tradeOf(market);
    const { invoice } = await trade.invoiced(1, { method: "bank_transfer" });
    expect(await waiting(invoice.id)).toBeUndefined();
    await clean();
  });
});
