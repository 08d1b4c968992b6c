import type { Caller } from "../tests/support/caller.ts";
import { statementOf } from "./bank-csv.ts";
import type { Organisation } from "./goods.ts";
import { inParallel } from "./in-parallel.ts";

type Items<Item = { readonly id: string }> = { readonly items: readonly Item[] };

const account = "DE02120300000000202051";
const day = "2026-01-15";
const euro = (amount: number) => ({ amount, currency: "EUR" });

/**
 * Sends the parcels of the two orders, so that each is invoiced, and closes the seller's commission statement after each; credits a part of
 * each invoice, so that the statement that is open then has many entries. There are as many commission plans, bank statements and lines.
 *
 * @returns a commission statement with one entry, and the one with many
 */
export async function fillPapers(
  operator: Caller,
  seller: Organisation,
  { oneShipment, manyShipments }: { readonly oneShipment: string; readonly manyShipments: string },
  rows: number,
): Promise<{ readonly one: string; readonly many: string }> {
  const closed: string[] = [];
  for (const order of [oneShipment, manyShipments]) {
    for (const { id } of (await seller.caller.get<Items>(`/v1/seller/shipments?order=${order}&limit=200`)).items) {
      await seller.caller.post(`/v1/seller/shipments/${id}/ship`, { carrier: "DHL" });
      const statement = await openStatement(operator, seller);
      await operator.post(`/v1/operator/commission-statements/${statement}/close`, {});
      closed.push(statement);
    }
  }
  for (const order of [oneShipment, manyShipments]) {
    const { items } = await seller.caller.get<Items>(`/v1/seller/invoices?order=${order}&limit=200`);
    await inParallel(items.length, (index) =>
      seller.caller.post(`/v1/seller/invoices/${items[index]?.id ?? ""}/credit-notes`, {
        ...{ cause: "goodwill", reason: "A scratch", amounts: [{ line: 1, net: euro(100) }] },
      }),
    );
  }
  await fillPlans(operator, seller, rows);
  const texts = Array.from({ length: rows }, (_, index) => {
    const line = { number: "nothing that is known", amount: 100 };
    return statementOf({ account, day, opening: index * 100, name: `showroom-${index}` }, [line]).text;
  });
  // One file: its columns are named once.
  const text = texts.map((each, index) => (index === 0 ? each : each.slice(each.indexOf("\n") + 1))).join("");
  await operator.post("/v1/operator/bank-statements", { format: "csv", text });
  const [one] = closed;
  if (one === undefined) throw new Error("no commission statement was closed");
  return { one, many: await openStatement(operator, seller) };
}

async function openStatement(operator: Caller, { id }: Organisation): Promise<string> {
  const { items } = await operator.get<Items>(`/v1/operator/commission-statements?seller=${id}&state=open`);
  const [open] = items;
  if (open === undefined) throw new Error("the seller was charged no commission");
  return open.id;
}

/** Plans of the seller for a day each, in a currency in which nothing is placed. */
async function fillPlans(operator: Caller, { id }: Organisation, rows: number): Promise<void> {
  const dayAfter = (days: number) => new Date(Date.UTC(2090, 0, 1 + days)).toISOString().slice(0, 10);
  await inParallel(rows, (index) =>
    operator.post("/v1/operator/commission-plans", {
      ...{ name: `Plan ${index}`, seller: id, currency: "NOK", valid_from: dayAfter(index), valid_until: dayAfter(index + 1) },
      steps: [{ from: { amount: 0, currency: "NOK" }, rate_ppm: 50_000 }],
    }),
  );
}
