import { send, type HttpRequest } from "../support/barrier.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import { openMarket, type Checkout, type Company, type Offer, type OwnMarket, type Seller } from "../support/market.ts";
import { isCommit, type Wire } from "../support/wire.ts";
import { followWrites } from "../support/write-boundaries.ts";

/** A write that is about to be sent, and what must be true of the market when it was done once. */
type Staged = {
  readonly request: HttpRequest;
  readonly status: number;
  /** What is not so, when it was done once. */
  readonly once: () => Promise<readonly string[]>;
};

/** A kind of write whose every boundary is a place to die at. */
export type Scenario = { readonly name: string; readonly stage: (stage: Stage) => Promise<Staged> };

/** A market on which cells are run one after another, each on its own offers. */
export type Stage = {
  readonly market: OwnMarket;
  readonly wire: Wire;
  readonly sellers: readonly [Seller, Seller];
  readonly company: Company;
};

/** One place to die at: before a statement reaches PostgreSQL, or after PostgreSQL has answered it. */
export type Cell = {
  readonly scenario: Scenario;
  readonly ordinal: number;
  readonly sql: string;
  readonly moment: "before" | "after";
  readonly commit: boolean;
};

/** What came of a cell: nothing found is what must come. */
export type CellResult = { readonly cell: string; readonly findings: readonly string[]; readonly seconds: number };

export const unequal = (what: string, actual: unknown, expected: unknown) =>
  JSON.stringify(actual) === JSON.stringify(expected) ? [] : [`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`];

/** Finds what is held and owed beyond what was before. */
async function watchHoldings({ market, company }: Stage, offers: readonly Offer[]) {
  const holdings = async () => ({
    reserved: await Promise.all(offers.map(async (offer) => (await market.stock(offer)).reserved)),
    used: await market.creditUsed(company),
  });
  const before = await holdings();
  return async (reserved: readonly number[], used: number) => {
    const after = await holdings();
    const grown = after.reserved.map((units, index) => units - (before.reserved[index] ?? 0));
    return [...unequal("units held", grown, reserved), ...unequal("credit used", after.used - before.used, used)];
  };
}

const placing = (method: "on_account" | "bank_transfer"): Scenario => ({
  name: method === "on_account" ? "placing on account" : "placing by bank transfer",
  stage: async (stage) => {
    const offers = [await stage.sellers[0].offer(), await stage.sellers[0].offer(), await stage.sellers[1].offer()];
    const grown = await watchHoldings(stage, offers);
    const request = stage.company.placing(
      offers.map((offer, index) => ({ offer, quantity: index + 1 })),
      { method, reference: `R-${offers[0]?.reference}` },
    );
    // Net 3,000 of one seller and 3,000 of the other, each with 19 %.
    return { request, status: 201, once: () => grown([1, 2, 3], method === "on_account" ? 7140 : 0) };
  },
});

const refusedPlacing: Scenario = {
  name: "a placing that is refused",
  stage: async (stage) => {
    const offers = [await stage.sellers[0].offer(), await stage.sellers[1].offer({ units: 1 })];
    const grown = await watchHoldings(stage, offers);
    const request = stage.company.placing(
      offers.map((offer) => ({ offer, quantity: 2 })),
      { reference: `R-${offers[0]?.reference}` },
    );
    return { request, status: 409, once: () => grown([0, 0], 0) };
  },
};

const cancellingOrder: Scenario = {
  name: "cancelling an order",
  stage: async (stage) => {
    const offers = [await stage.sellers[0].offer(), await stage.sellers[1].offer()];
    const checkout = await stage.company.placed(offers.map((offer) => ({ offer, quantity: 2 })));
    const order = checkout.orders.find(({ seller }) => seller.id === stage.sellers[0].id);
    const shrunk = await watchHoldings(stage, offers);
    const request = stage.company.request("POST", `/v1/buyer/orders/${order?.id}/cancel`, { reason: "no longer needed" });
    return { request, status: 200, once: () => shrunk([-2, 0], -2380) };
  },
};

const cancellingCheckout: Scenario = {
  name: "cancelling a checkout",
  stage: async (stage) => {
    const offers = [await stage.sellers[0].offer(), await stage.sellers[1].offer()];
    const checkout = await stage.company.placed(
      offers.map((offer) => ({ offer, quantity: 2 })),
      { method: "bank_transfer" },
    );
    const shrunk = await watchHoldings(stage, offers);
    const request = stage.company.request("POST", `/v1/buyer/checkouts/${checkout.id}/cancel`, { reason: "no longer needed" });
    return { request, status: 200, once: () => shrunk([-2, -2], 0) };
  },
};

const recordingReceipt: Scenario = {
  name: "recording a receipt",
  stage: async (stage) => {
    const offers = [await stage.sellers[0].offer(), await stage.sellers[1].offer()];
    const { id, total } = await stage.company.placed(
      offers.map((offer) => ({ offer, quantity: 2 })),
      { method: "bank_transfer" },
    );
    const grown = await watchHoldings(stage, offers);
    const receipt = { bank_reference: `B-${id}`, amount: total };
    const request = stage.market.operator.request("POST", `/v1/operator/checkouts/${id}/receipts`, receipt);
    const once = async () => {
      const { state, version } = await stage.market.operator.get<Checkout>(`/v1/operator/checkouts/${id}`);
      return [...unequal("checkout", [state, version], ["confirmed", 2]), ...(await grown([0, 0], 0))];
    };
    return { request, status: 201, once };
  },
};

/** An accepted order of five units of one offer of the first seller. */
async function acceptedOrder({ sellers: [seller], company }: Stage) {
  const offer = await seller.offer({ units: 10 });
  const { orders } = await company.placed([{ offer, quantity: 5 }]);
  const order = orders[0]?.id ?? "";
  await seller.post(`/v1/seller/orders/${order}/accept`, {});
  const place = { location: seller.location, lines: [{ line_number: 1, quantity: 3 }] };
  return { seller, offer, order, path: `/v1/seller/orders/${order}/shipments`, place };
}

/** What the units of the order's only line are: packed, shipped, cancelled; the states of its parcels; and its goods. */
async function shippingOf({ market }: Stage, { seller, offer, order }: Awaited<ReturnType<typeof acceptedOrder>>) {
  type Units = { packed: number; shipped: number; cancelled: number };
  const { state, lines } = await seller.get<{ state: string; lines: Units[] }>(`/v1/seller/orders/${order}`);
  const { items } = await seller.get<{ items: { state: string }[] }>(`/v1/seller/shipments?order=${order}`);
  const { onHand, reserved } = await market.stock(offer);
  return [
    state,
    lines.map(({ packed, shipped, cancelled }) => [packed, shipped, cancelled]),
    items.map((parcel) => parcel.state),
    onHand,
    reserved,
  ];
}

const packing: Scenario = {
  name: "packing a shipment",
  stage: async (stage) => {
    const made = await acceptedOrder(stage);
    const request = made.seller.request("POST", made.path, made.place);
    const once = async () => unequal("shipping", await shippingOf(stage, made), ["accepted", [[3, 0, 0]], ["packed"], 10, 5]);
    return { request, status: 201, once };
  },
};

const shipping: Scenario = {
  name: "shipping a shipment",
  stage: async (stage) => {
    const made = await acceptedOrder(stage);
    const { id } = await made.seller.post<{ id: string }>(made.path, made.place);
    const request = made.seller.request("POST", `/v1/seller/shipments/${id}/ship`, { tracking: "T-1" });
    const once = async () => unequal("shipping", await shippingOf(stage, made), ["partially_shipped", [[0, 3, 0]], ["shipped"], 7, 2]);
    return { request, status: 200, once };
  },
};

const cancellingShipment: Scenario = {
  name: "cancelling a packed shipment",
  stage: async (stage) => {
    const made = await acceptedOrder(stage);
    const { id } = await made.seller.post<{ id: string }>(made.path, made.place);
    const request = made.seller.request("POST", `/v1/seller/shipments/${id}/cancel`, { reason: "wrong box" });
    const once = async () => unequal("shipping", await shippingOf(stage, made), ["accepted", [[0, 0, 0]], ["cancelled"], 10, 5]);
    return { request, status: 200, once };
  },
};

const cancellingLines: Scenario = {
  name: "cancelling units of a partially shipped order",
  stage: async (stage) => {
    const made = await acceptedOrder(stage);
    await made.seller.post(made.path, { ...made.place, ship: true });
    const body = { reason: "sold out", lines: [{ line_number: 1, quantity: 2 }] };
    const request = made.seller.request("POST", `/v1/seller/orders/${made.order}/cancel`, body);
    const once = async () => unequal("shipping", await shippingOf(stage, made), ["shipped", [[0, 3, 2]], ["shipped"], 7, 0]);
    return { request, status: 200, once };
  },
};

/** Every kind of write of placing, shipping and cancelling. */
export const scenarios: readonly Scenario[] = [
  placing("on_account"),
  placing("bank_transfer"),
  refusedPlacing,
  cancellingOrder,
  cancellingCheckout,
  recordingReceipt,
  packing,
  shipping,
  cancellingShipment,
  cancellingLines,
];

/** Opens the market of the cells: one server behind the wire proxy. */
export async function openStage(adminUrl?: string): Promise<Stage> {
  const market = await openMarket({ wire: true, ...(adminUrl === undefined ? {} : { adminUrl }) });
  const { wire } = market;
  if (wire === undefined) throw new Error("the market has no wire");
  return { market, wire, sellers: [await market.seller(), await market.seller()], company: await market.company() };
}

/** Does a scenario once undisturbed and gives every boundary it passed. */
export async function cellsOf(stage: Stage, scenario: Scenario): Promise<readonly Cell[]> {
  const staged = await scenario.stage(stage);
  const cells: Cell[] = [];
  const unwatch = stage.wire.watch(
    followWrites(({ ordinal, statement, moment }) => {
      cells.push({ scenario, ordinal, sql: statement.sql, moment, commit: isCommit(statement) });
      return "pass";
    }),
  );
  const answer = await send(stage.market.origins()[0] ?? "", staged.request);
  unwatch();
  if (answer.status !== staged.status) throw new Error(`${scenario.name}: ${answer.status} ${answer.body.toString("utf8")}`);
  if (cells.length < 8) throw new Error(`${scenario.name}: only ${cells.length} boundaries were seen`);
  return cells;
}

/** A name for people: `placing on account: killed after statement 7 (insert into orders …)`. */
export function cellName({ scenario, ordinal, sql, moment }: Cell): string {
  const statement = sql.trim().replaceAll(/\s+/g, " ");
  return `${scenario.name}: killed ${moment} statement ${ordinal} (${statement.length > 60 ? `${statement.slice(0, 60)} …` : statement})`;
}

/** An answer's own words: a refusal that is replayed says when it was decided, and nothing else is added. */
export function told({ body }: HttpAnswer): string {
  return body.toString("utf8").replace(/,"decided_at":"[^"]*"/, "");
}

/** The answer, or undefined when the connection died first. */
export async function answerOrDeath(origin: string, request: HttpRequest): Promise<HttpAnswer | undefined> {
  try {
    return await send(origin, request);
  } catch {
    return undefined; // the server was killed: that is what the cell is about
  }
}

/**
 * Kills the server at one boundary, starts it again and sends the same request with the same key. It must have the one effect, whatever
 * had become of the first attempt: anew when its COMMIT had not passed, replayed when it had.
 */
export async function runCell(stage: Stage, cell: Cell): Promise<CellResult> {
  const began = performance.now();
  const { market, wire } = stage;
  const { request, status, once } = await cell.scenario.stage(stage);
  let killed = false;
  const unwatch = wire.watch(
    followWrites(async ({ ordinal, moment }) => {
      if (ordinal !== cell.ordinal || moment !== cell.moment || killed) return killed ? "cut" : "pass";
      killed = true;
      await market.servers[0]?.kill();
      return "cut";
    }),
  );
  const first = await answerOrDeath(market.origins()[0] ?? "", request);
  unwatch();
  if (!killed || first !== undefined) {
    return { cell: cellName(cell), findings: [`the boundary was not reached (answer ${first?.status})`], seconds: 0 };
  }
  const { url } = await market.restart();
  const [second, third] = [await send(url, request), await send(url, request)];
  const hadCommitted = cell.commit && cell.moment === "after";
  const findings = [
    ...unequal("status", [second.status, third.status], [status, status]),
    ...(second.status === status ? [] : [second.body.toString("utf8")]),
    ...unequal(
      "replayed",
      [second, third].map(({ headers }) => headers["idempotent-replayed"] === "true"),
      [hadCommitted, true],
    ),
    ...unequal("same answer", told(third), told(second)),
    ...(await once()),
    ...unequal("doctor", (await market.doctor()).violations, []),
  ];
  return { cell: cellName(cell), findings, seconds: (performance.now() - began) / 1000 };
}

/** The cells that run with every `npm test`: both sides of every COMMIT, and of the others every `step`-th. */
export function sampleOf(cells: readonly Cell[], step: number): readonly Cell[] {
  const others = cells.filter(({ commit }) => !commit);
  return cells.filter((cell) => cell.commit || others.indexOf(cell) % step === Math.floor(step / 2));
}
