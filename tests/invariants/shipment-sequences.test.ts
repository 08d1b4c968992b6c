import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import { openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { type ShipmentRead, type Shipping, shippingOf } from "../specs/shipment-stories.ts";

const seed = 20_261_122;

let market: OwnMarket;
let shipping: Shipping;
let seller: Seller;
beforeAll(async () => {
  market = await openMarket();
  seller = await market.seller();
  const plan = { name: "Parcel", kind: "per_unit", currency: "EUR", amount: { amount: 333, currency: "EUR" } };
  await seller.post("/v1/seller/freight-plans", { ...plan, tax_category: "standard" });
  shipping = shippingOf(market, seller, await market.company());
});
afterAll(() => market.close());

/** Something that is tried: about a line of the order, or about one of its parcels. */
type Attempt = { readonly do: "pack" | "ship at once" | "cancel units"; readonly line: number; readonly units: number } | AboutParcel;
/** `aims`: at one of which this may be done, if there is one. */
type AboutParcel = { readonly do: (typeof ofParcels)[number]; readonly parcel: number; readonly aims: boolean };

const ofParcels = ["ship", "cancel", "deliver", "lose", "find", "refuse", "take-back", "write-off", "credit", "replace"] as const;
const attempts = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constantFrom("pack" as const, "ship at once" as const, "cancel units" as const),
      line: fc.integer({ min: 1, max: 2 }),
      units: fc.integer({ min: 1, max: 3 }),
    }),
    fc.record({ do: fc.constantFrom(...ofParcels), parcel: fc.nat({ max: 5 }), aims: fc.boolean() }),
  ),
  { minLength: 10, maxLength: 30 },
);

const units = (what: "pack" | "ship at once" | "cancel units", line: number): Attempt => ({ do: what, line, units: 1 });
const about = (...those: readonly (typeof ofParcels)[number][]): Attempt[] => those.map((what) => ({ do: what, parcel: 0, aims: true }));

/** Everything once, so that it does not hang on chance whether a run has done it. */
const each: Attempt[] = [
  ...[units("ship at once", 1), ...about("lose", "find")],
  ...[units("ship at once", 1), ...about("lose", "credit")],
  ...[units("ship at once", 1), ...about("lose", "replace")],
  ...[units("ship at once", 2), ...about("refuse", "take-back")],
  ...[units("ship at once", 2), ...about("refuse", "write-off")],
  ...[units("pack", 2), ...about("ship", "deliver"), units("pack", 2), ...about("cancel"), units("cancel units", 1)],
];

const bodies: Record<(typeof ofParcels)[number], object> = {
  ship: {},
  cancel: { reason: "wrong box" },
  deliver: {},
  lose: { reason: "not seen" },
  find: {},
  refuse: { reason: "box is open" },
  "take-back": { lines: [] },
  "write-off": { reason: "gone" },
  credit: { how: "credit" },
  replace: { how: "replace" },
};

async function attempt(order: string, parcels: ShipmentRead[], tried: Attempt): Promise<HttpAnswer | undefined> {
  if ("parcel" in tried) return attemptParcel(order, parcels, tried);
  if (tried.do === "cancel units") {
    const lines = [{ line_number: tried.line, quantity: tried.units }];
    return seller.send("POST", `/v1/seller/orders/${order}/cancel`, { reason: "sold out", lines });
  }
  const answer = await shipping.pack(order, [[tried.line, tried.units]], { ship: tried.do === "ship at once" });
  if (answer.status === 201) parcels.push(jsonOf<ShipmentRead>(answer));
  return answer;
}

async function attemptParcel(order: string, parcels: ShipmentRead[], tried: AboutParcel): Promise<HttpAnswer | undefined> {
  const verb = tried.do === "credit" || tried.do === "replace" ? "resolve" : tried.do;
  const { items } = await seller.get<{ items: ShipmentRead[] }>(`/v1/seller/shipments?order=${order}`);
  const able = new Set(items.filter(({ allowed_actions }) => allowed_actions.includes(verb.replace("-", "_"))).map(({ id }) => id));
  const aimedAt = tried.aims && able.size > 0 ? parcels.filter(({ id }) => able.has(id)) : parcels;
  const parcel = aimedAt[tried.parcel % Math.max(1, aimedAt.length)];
  if (parcel === undefined) return undefined;
  const back = parcel.lines.map(({ line_number, quantity }) => ({ line_number, restock: quantity - 1, scrap: 1 }));
  const answer = await shipping.send("seller", parcel.id, verb, tried.do === "take-back" ? { lines: back } : bodies[tried.do]);
  if (tried.do === "replace" && answer.status === 200) parcels.push(jsonOf<ShipmentRead>(answer));
  return answer;
}

type Numbers = {
  readonly state: string;
  readonly cancelled: { readonly amount: number };
  readonly total: { readonly amount: number };
  readonly lines: readonly { quantity: number; packed: number; shipped: number; cancelled: number; net: { amount: number } }[];
};

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

test("whatever is packed, shipped, cancelled, lost, replaced, refused and taken back, parcels and cancellations add up to the order", {
  timeout: 300_000,
}, async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(attempts, async (tries) => {
      const offers = await seller.offers([
        { units: 50, price: 333 },
        { units: 50, price: 1_001 },
      ]);
      const order = await shipping.ordered(offers, [5, 4]);
      const parcels: ShipmentRead[] = [];
      for (const tried of tries) {
        const answer = await attempt(order, parcels, tried);
        if (answer === undefined) continue;
        expect({ tried, status: answer.status, body: answer.status < 500 ? "" : answer.body.toString("utf8") }).toMatchObject({ body: "" });
        const outcome = `${tried.do} ${answer.status < 300 ? "done" : "refused"}`;
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      }
      const now = await seller.get<Numbers>(`/v1/seller/orders/${order}`);
      const { items } = await seller.get<{ items: { id: string }[] }>(`/v1/seller/shipments?order=${order}&limit=200`);
      const all = await Promise.all(items.map(({ id }) => shipping.shipment(id)));
      const own = all.filter(({ replaces }) => replaces === null);
      for (const [index, line] of now.lines.entries()) {
        const of = (states: (parcel: ShipmentRead) => boolean) =>
          own.filter(states).flatMap(({ lines }) => lines.filter(({ line_number }) => line_number === index + 1));
        const [packed, sent] = [of(({ state }) => state === "packed"), of(({ shipped_at }) => shipped_at !== null)];
        expect([line.packed, line.shipped]).toEqual([
          sum(packed.map(({ quantity }) => quantity)),
          sum(sent.map(({ quantity }) => quantity)),
        ]);
        if (line.shipped === line.quantity) expect(sum(sent.map(({ net }) => net?.amount ?? 0))).toBe(line.net.amount);
      }
      const open = sum(now.lines.map(({ quantity, packed, shipped, cancelled }) => quantity - packed - shipped - cancelled));
      const shipped = sum(now.lines.map((line) => line.shipped));
      const left = sum(now.lines.map(({ packed }) => packed)) + open;
      if (left === 0) expect(["shipped", "delivered", "cancelled"]).toContain(now.state);
      else expect(now.state).toBe(shipped === 0 ? "accepted" : "partially_shipped");
      if (left === 0 && shipped === 0) expect(now.cancelled).toEqual(now.total);
    }),
    { numRuns: 40, seed, examples: [[each]] },
  );
  expect((await market.doctor()).violations).toEqual([]);
  // The runs have done what they are about, each of it, and met its refusal.
  const tried = [...ofParcels, "pack", "ship at once", "cancel units"];
  expect(tried.filter((each) => !seen.has(`${each} done`))).toEqual([]);
});
