import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shipmentMachine, type ShipmentState } from "../../src/modules/orders/index.ts";
import { jsonOf } from "../support/barrier.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";
import { uuidOfWire } from "./order-stories.ts";
import { type Shipping, shippingOf } from "./shipment-stories.ts";

let market: OwnMarket;
let shipping: Shipping;
beforeAll(async () => {
  market = await openMarket();
  const [seller, company] = await Promise.all([market.seller(), market.company()]);
  shipping = shippingOf(market, seller, company);
});
afterAll(() => market?.close());

/** The operations there are, and the events by which the lifecycle knows them. */
const events = {
  ship: ["ship"],
  cancel: ["cancel"],
  deliver: ["deliver"],
  lose: ["lose"],
  find: ["find"],
  refuse: ["refuse"],
  "take-back": ["take_back"],
  "write-off": ["write_off"],
  resolve: ["credit"],
} as const;
type Verb = keyof typeof events;
const verbs = Object.keys(events) as Verb[];
const there: Record<"seller" | "buyer" | "operator", readonly Verb[]> = {
  seller: verbs,
  buyer: ["deliver", "refuse"],
  operator: ["cancel", "deliver", "lose", "find"],
};
const parties = { seller: "seller", buyer: "company", operator: "operator" } as const;

const bodies: Record<Verb, object> = {
  ship: {},
  cancel: { reason: "wrong box" },
  deliver: {},
  lose: { reason: "not seen" },
  find: {},
  refuse: { reason: "box is open" },
  "take-back": { lines: [{ line_number: 1, restock: 1, scrap: 0 }] },
  "write-off": { reason: "gone" },
  resolve: { how: "credit" },
};

/** How a parcel comes to each state, by its seller. */
const ways: Record<ShipmentState, readonly Verb[]> = {
  packed: [],
  cancelled: ["cancel"],
  shipped: ["ship"],
  delivered: ["ship", "deliver"],
  lost: ["ship", "lose"],
  refused: ["ship", "refuse"],
  returned_to_seller: ["ship", "refuse", "take-back"],
  written_off: ["ship", "refuse", "write-off"],
};
const states = Object.keys(ways) as ShipmentState[];

async function parcelIn(state: ShipmentState): Promise<string> {
  const { order } = await shipping.accepted(2);
  const { id } = await shipping.packed(order, [[1, 1]]);
  for (const verb of ways[state]) await shipping.done("seller", id, verb, bodies[verb]);
  return id;
}

/** Whether the lifecycle has an edge for it. A company that says a lost parcel came has found it. */
function isEdge(state: ShipmentState, audience: keyof typeof parties, verb: Verb): boolean {
  const wanted: readonly string[] = audience === "buyer" && verb === "deliver" ? ["deliver", "find"] : events[verb];
  const by = parties[audience];
  return shipmentMachine.edges.some(
    (edge) => edge.from === state && wanted.includes(edge.event) && (edge.by as readonly string[]).includes(by),
  );
}

test("the lifecycle has no state that is not tried", () => {
  expect(new Set(shipmentMachine.edges.map(({ to }) => to))).toEqual(new Set(states));
});

describe.each(states)("a parcel that is %s", (state) => {
  test.each(["seller", "buyer", "operator"] as const)("does for the %s what the lifecycle says, and nothing else", async (audience) => {
    const resting = await parcelIn(state);
    const before = await shipping.shipment(resting, audience);
    const possible = there[audience].filter((verb) => isEdge(state, audience, verb));
    expect(before.allowed_actions.toSorted()).toEqual(possible.map((verb) => verb.replace("-", "_")).toSorted());
    for (const verb of verbs) {
      const isPossible = possible.includes(verb);
      const answer = await shipping.send(audience, isPossible ? await parcelIn(state) : resting, verb, bodies[verb]);
      const outcome = `${verb}: ${answer.status} ${answer.status < 300 ? "" : jsonOf<{ code: string }>(answer).code}`;
      if (!there[audience].includes(verb)) expect(outcome).toBe(`${verb}: 404 not-found`);
      else if (isPossible) expect(outcome).toBe(`${verb}: 200 `);
      else {
        expect(outcome).toBe(`${verb}: 409 state-conflict`);
        expect(jsonOf(answer)).toMatchObject({ state, allowed: before.allowed_actions });
      }
    }
    expect(await shipping.shipment(resting, audience)).toEqual(before);
  });
});

test("what is written of a parcel is not unwritten, by whatever statement", async () => {
  const [delivered, credited] = [uuidOfWire(await parcelIn("delivered")), uuidOfWire(await parcelIn("returned_to_seller"))];
  const rewriting = [
    ["update shipments set version = version + 1, shipped_at = shipped_at - interval '1 second' where shipment_id = $1", delivered],
    ["update shipments set version = version + 1, ended_at = ended_at + interval '1 second' where shipment_id = $1", delivered],
    ["update shipments set version = version + 1, resolution = 'replaced' where shipment_id = $1", credited],
    ["update shipments set version = version where shipment_id = $1", delivered],
    ["update shipment_lines set gross = gross + 1, net = net + 1 where shipment_id = $1", delivered],
    ["update shipment_lines set gross = gross + 1, discount = discount + 1 where shipment_id = $1", delivered],
    ["update shipment_lines set restocked = restocked - 1 where shipment_id = $1", credited],
    ["update shipment_lines set scrapped = scrapped - 1 where shipment_id = $1", credited],
  ] as const;
  for (const [statement, shipment] of rewriting) {
    await expect(market.database.owner(statement, [shipment]), statement).rejects.toThrow(/may not go back/);
  }
});

test("All of this leaves a market in which doctor finds nothing", async () => {
  expect((await market.doctor()).violations).toEqual([]);
});
