import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { furnishMarket, type Market } from "../support/market.ts";
import { naiveAnswers } from "./naive-answers.ts";
import { naiveShipments } from "./naive-shipments.ts";

/**
 * A market as many are first built: it reads, thinks and then writes, keeps keys in a cache, and cleans up later. Each attack is led
 * against it too, and must find what is wrong here: an attack that finds nothing proves nothing.
 */
export type NaiveMarket = Market & { close(): void };

/**
 * What is wrong with its placing. `reads then writes`: each line is looked at alone, and taken after a pause. `takes as it goes`: each
 * line is locked and taken in the order of the request, and what was taken before a refusal is not given back.
 */
export type Flaw = "reads then writes" | "takes as it goes";

type Body = Record<string, unknown>;
type Reply = { status: number; body: Body };
type Level = { onHand: number; reserved: number; limit: number; lockedBy: object | undefined };
type Order = {
  id: string;
  company: string;
  checkout: string;
  state: string;
  version: number;
  total: number;
  lines: { offer: string; quantity: number }[];
  packed: number;
  shipped: number;
  cancelled: number;
};
type Checkout = {
  id: string;
  company: string;
  state: string;
  version: number;
  method: string;
  total: number;
  dueAt: number;
  orders: Order[];
};

const money = (amount: number) => ({ amount, currency: "EUR" });
const amountOf = (value: unknown) => (value as { amount: number }).amount;
const refuse = (status: number, code: string, facts: Body = {}): Reply => ({ status, body: { code, ...facts } });

/** Others go first: as long as a round trip to a database would take. */
const roundTrip = async () => {
  for (let turns = 0; turns < 3; turns += 1) await new Promise<void>((resolve) => setImmediate(resolve));
};

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString("utf8")) as Body);
}

/** Opens one, furnished like any other. */
export async function openNaiveMarket(flaw: Flaw): Promise<NaiveMarket> {
  let made = 0;
  let clock = 0;
  const callers = new Map<string, { organisation: string; role: string; id: string; revoked: boolean }>();
  const offers = new Map<string, { seller: string; price: number }>();
  const levels = new Map<string, Level>();
  const accounts = new Map<string, { limit: number; used: number; version: number }>();
  const checkouts = new Map<string, Checkout>();
  const orders = new Map<string, Order>();
  const answered = new Map<string, Reply>();
  const id = (prefix: string) => {
    made += 1;
    return `${prefix}_${made}`;
  };
  const key = (organisation: string, role: string) => {
    const secret = randomBytes(12).toString("hex");
    const issued = { organisation, role, id: id("key"), revoked: false };
    callers.set(secret, issued);
    return { id: issued.id, secret };
  };
  const level = (offer: string): Level => {
    const known = levels.get(offer) ?? { onHand: 0, reserved: 0, limit: 0, lockedBy: undefined };
    levels.set(offer, known);
    return known;
  };

  const lock = async (holder: object, offer: string): Promise<boolean> => {
    for (let patience = 0; patience < 40; patience += 1) {
      const wanted = level(offer);
      if (wanted.lockedBy === undefined || wanted.lockedBy === holder) {
        wanted.lockedBy = holder;
        return true;
      }
      await roundTrip();
    }
    return false;
  };
  const unlock = (holder: object) => {
    for (const each of levels.values()) if (each.lockedBy === holder) each.lockedBy = undefined;
  };

  type Asked = { offer: string; quantity: number };
  const short = (lines: readonly Asked[]) =>
    lines.flatMap(({ offer, quantity }, line) =>
      quantity > level(offer).onHand + level(offer).limit - level(offer).reserved ? [{ line, pointer: `/lines/${line}`, offer }] : [],
    );
  const take = async (lines: readonly Asked[]): Promise<Reply | undefined> => {
    if (flaw === "reads then writes") {
      const missing = short(lines);
      if (missing.length > 0) return refuse(409, "stock-short", { lines: missing });
      await roundTrip();
      for (const { offer, quantity } of lines) level(offer).reserved += quantity;
      return undefined;
    }
    const holder = {};
    try {
      for (const [index, line] of lines.entries()) {
        if (!(await lock(holder, line.offer))) return refuse(500, "fault", { detail: "deadlock detected" });
        await roundTrip();
        if (short([line]).length > 0)
          return refuse(409, "stock-short", { lines: [{ line: index, pointer: `/lines/${index}`, offer: line.offer }] });
        level(line.offer).reserved += line.quantity;
      }
      return undefined;
    } finally {
      unlock(holder);
    }
  };

  const shown = ({ orders: own, total, company: _company, method: _method, dueAt: _dueAt, ...rest }: Checkout): Body => ({
    ...rest,
    total: money(total),
    cancelled: money(0),
    orders: own.map((order) => ({ id: order.id, state: order.state, version: order.version })),
  });

  const place = async (company: string, body: Body): Promise<Reply> => {
    const lines = body["lines"] as Asked[];
    const method = String(body["payment_method"]);
    const account = accounts.get(company);
    const total = lines.reduce((sum, { offer, quantity }) => sum + Math.round((offers.get(offer)?.price ?? 0) * quantity * 1.19), 0);
    const used = account?.used ?? 0;
    if (method === "on_account" && used + total > (account?.limit ?? 0)) return refuse(409, "credit-exceeded");
    const refused = await take(lines);
    if (refused !== undefined) return refused;
    if (method === "on_account" && account !== undefined) account.used = used + total;
    const state = method === "on_account" ? "confirmed" : "pending_payment";
    const checkout: Checkout = { id: id("chk"), company, state, version: 1, method, total, dueAt: clock + 168 * 3_600_000, orders: [] };
    for (const [, own] of Map.groupBy(lines, ({ offer }) => offers.get(offer)?.seller)) {
      const order = {
        id: id("ord"),
        company,
        checkout: checkout.id,
        state,
        version: 1,
        total: total,
        lines: own,
        packed: 0,
        shipped: 0,
        cancelled: 0,
      };
      checkout.orders.push(order);
      orders.set(order.id, order);
    }
    checkouts.set(checkout.id, checkout);
    return { status: 201, body: shown(checkout) };
  };

  const giveBack = (order: Order) => {
    for (const { offer, quantity } of order.lines) level(offer).reserved -= quantity;
  };
  const { parcels, pack, handle, cancelUnits, shownParcel } = naiveShipments({ level, id, refuse, roundTrip });
  const { questions, cancelLines, answerOrder, answerQuestion } = naiveAnswers({ level, id, refuse, roundTrip });
  const cancel = async (order: Order): Promise<Reply> => {
    if (order.state === "accepted" || order.state === "partially_shipped") return cancelUnits(order);
    if (order.state === "cancelled") return refuse(409, "state-conflict");
    await roundTrip();
    order.state = "cancelled";
    order.version += 1;
    giveBack(order);
    const account = accounts.get(order.company);
    if (account !== undefined) account.used -= order.total;
    return { status: 200, body: { id: order.id, state: order.state } };
  };

  const sweep = async () => {
    for (const checkout of checkouts.values()) {
      if (checkout.state !== "pending_payment" || checkout.dueAt > clock) continue;
      await roundTrip();
      checkout.state = "expired";
      checkout.version += 1;
      for (const order of checkout.orders) giveBack(order);
    }
  };
  const recordReceipt = async (checkout: Checkout): Promise<Reply> => {
    if (checkout.state !== "pending_payment") return refuse(409, "state-conflict");
    await roundTrip();
    await roundTrip();
    checkout.state = "confirmed";
    checkout.version += 1;
    return { status: 201, body: shown(checkout) };
  };

  const changeLimit = async (company: string, body: Body): Promise<Reply> => {
    const account = accounts.get(company) ?? { limit: 0, used: 0, version: 0 };
    accounts.set(company, { ...account, limit: amountOf(body["limit"]), version: account.version + 1 });
    return { status: account.version === 0 ? 201 : 200, body: {} };
  };
  const adjust = async (lines: readonly { offer: string; delta: number }[]): Promise<Reply> => {
    const [line] = lines;
    if (line === undefined || level(line.offer).onHand + line.delta < level(line.offer).reserved) return refuse(409, "stock-in-use");
    await roundTrip();
    level(line.offer).onHand += line.delta;
    return { status: 201, body: {} };
  };
  // Goods that are anywhere else than where they came to first stand under the offer and the place.
  const transfer = async ([line]: readonly { offer: string; to: string; quantity: number }[]): Promise<Reply> => {
    if (line === undefined || level(line.offer).onHand - line.quantity < level(line.offer).reserved) return refuse(409, "stock-in-use");
    await roundTrip();
    level(line.offer).onHand -= line.quantity;
    level(`${line.offer} ${line.to}`).onHand += line.quantity;
    return { status: 201, body: {} };
  };
  const limit = async ([line]: readonly { offer: string; backorder_limit: number }[]): Promise<Reply> => {
    if (line === undefined || level(line.offer).reserved > level(line.offer).onHand + line.backorder_limit)
      return refuse(409, "stock-in-use");
    await roundTrip();
    level(line.offer).limit = line.backorder_limit;
    return { status: 201, body: {} };
  };
  const reassign = async (order: Order, { to, quantity }: { to: string; quantity: number }): Promise<Reply> => {
    const [line] = order.lines;
    if (line === undefined || order.state === "cancelled") return refuse(409, "units-not-open");
    await roundTrip();
    level(line.offer).reserved -= quantity;
    level(`${line.offer} ${to}`).reserved += quantity;
    return { status: 201, body: {} };
  };
  const offered = (seller: string, rows: readonly { reference: string; unit_price: unknown }[]): Reply => {
    const results = rows.map(({ reference, unit_price: price }) => {
      const offer = id("off");
      offers.set(offer, { seller, price: amountOf(price) });
      return { ok: true, id: offer, reference };
    });
    return { status: 200, body: { results } };
  };
  const receive = (lines: readonly Asked[]): Reply => {
    for (const { offer, quantity } of lines) level(offer).onHand += quantity;
    return { status: 201, body: {} };
  };

  const read = (path: string, organisation: string): Reply => {
    const [, , audience, noun, name = ""] = path.split(/[/?]/);
    const offer = /offer=(\w+)/.exec(path)?.[1];
    if (noun === "stock" && offer !== undefined) {
      const own = [...levels].filter(([name]) => name.split(" ")[0] === offer);
      const items = own.map(([name, { onHand, reserved, limit: most }]) => ({
        ...{ location: name, on_hand: onHand, reserved, backorder_limit: most },
      }));
      return { status: 200, body: { items } };
    }
    if (noun === "doctor") return { status: 200, body: { violations: [] } };
    const checkout = checkouts.get(name);
    const order = orders.get(name);
    if (audience === "buyer" && noun === "credit-accounts") {
      return { status: 200, body: { items: [{ used: money(accounts.get(organisation)?.used ?? 0) }] } };
    }
    if (checkout !== undefined) return { status: 200, body: shown(checkout) };
    const parcel = parcels.get(name);
    if (parcel !== undefined) return shownParcel(parcel);
    if (order !== undefined) {
      const { packed, shipped, cancelled } = order;
      return { status: 200, body: { id: order.id, state: order.state, version: order.version, lines: [{ packed, shipped, cancelled }] } };
    }
    return noun === "companies" ? { status: 200, body: {} } : refuse(404, "not-found");
  };

  const write = async (path: string, organisation: string, body: Body): Promise<Reply> => {
    const [, , , noun, name = "", verb] = path.split("/");
    const order = orders.get(name);
    const checkout = checkouts.get(name);
    if (noun === "checkouts" && name === "") return place(organisation, body);
    if (noun === "orders" && order !== undefined && verb === "reassign") return reassign(order, body as { to: string; quantity: number });
    const parcel = parcels.get(name);
    if (noun === "shipments" && parcel !== undefined) return handle(parcel, verb);
    if (noun === "orders" && order !== undefined && (verb === "accept" || verb === "reject")) return answerOrder(order, verb, body);
    const question = questions.get(name);
    if (question !== undefined) return answerQuestion(question, String(verb));
    const asked = body["lines"] as { line_number: number; quantity: number }[] | undefined;
    if (noun === "orders" && order?.state === "confirmed" && verb === "cancel" && asked !== undefined) return cancelLines(order, asked);
    if (noun === "orders" && order !== undefined && verb === "shipments") return pack(order, body);
    if (noun === "orders" && order !== undefined) return cancel(order);
    if (verb === "receipts" && checkout !== undefined) return recordReceipt(checkout);
    if (verb === "credit-accounts") return changeLimit(name, body);
    if (verb === "keys") return { status: 201, body: key(name, String(body["role"])) };
    if (noun === "keys" && verb === "revoke") {
      for (const issued of callers.values()) if (issued.id === name) issued.revoked = true;
      return { status: 200, body: {} };
    }
    if (noun === "offers") return offered(organisation, body["offers"] as { reference: string; unit_price: unknown }[]);
    if (noun === "stock" && name === "receipts") return receive(body["lines"] as Asked[]);
    if (noun === "stock" && name === "transfers") return transfer(body["lines"] as { offer: string; to: string; quantity: number }[]);
    if (noun === "stock" && name === "limits") return limit(body["lines"] as { offer: string; backorder_limit: number }[]);
    if (noun === "stock") return adjust(body["lines"] as { offer: string; delta: number }[]);
    return { status: 201, body: { id: id("any") } };
  };

  const answer = async (request: IncomingMessage): Promise<Reply & { replayed?: boolean }> => {
    const body = await bodyOf(request);
    const path = request.url ?? "";
    const cached = String(request.headers["idempotency-key"]);
    const before = answered.get(cached);
    if (before !== undefined) return { ...before, replayed: true };
    const caller = callers.get(String(request.headers.authorization).replace("Bearer ", ""));
    if (caller === undefined || caller.revoked) return refuse(401, "unauthenticated");
    await roundTrip();
    if (request.method === "GET") return read(path, caller.organisation);
    if (caller.role === "viewer") return refuse(403, "forbidden");
    const reply = await write(path, caller.organisation, body);
    answered.set(cached, reply);
    return reply;
  };

  const server = createServer((request, response) => {
    void answer(request).then(({ status, body, replayed }) => {
      const version = body["version"];
      response.writeHead(status, {
        "content-type": "application/json",
        ...(version === undefined ? {} : { etag: `"${String(version)}"` }),
        ...(replayed ? { "idempotent-replayed": "true" } : {}),
      });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const market = await furnishMarket({
    origins: () => [origin, origin],
    operatorSecret: key("operator", "admin").secret,
    moveClock: async (millis) => {
      clock += millis;
      // Two processes look after deadlines.
      for (const _process of [1, 2]) setImmediate(() => void sweep());
    },
  });
  return {
    ...market,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
