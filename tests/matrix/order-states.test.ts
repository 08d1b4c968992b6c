import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { type Caller, codeOf } from "../support/caller.ts";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { until } from "../invariants/attack.ts";
import { type OrderRead, orderOf, type RequestRead } from "../specs/order-stories.ts";

const day = 86_400_000;

// What the specification says, written down once more: which commands an order in each state takes from whom.
const states = {
  reserved: { seller: ["cancel"], buyer: ["cancel"], operator: ["cancel"] },
  confirmed: { seller: ["accept", "reject", "cancel"], buyer: ["cancel"], operator: ["cancel"] },
  accepted: { seller: ["pack", "cancel"], buyer: ["request_cancellation"], operator: ["cancel"] },
  partially_shipped: { seller: ["pack", "cancel"], buyer: ["request_cancellation"], operator: ["cancel"] },
  shipped: { seller: [], buyer: [], operator: [] },
  delivered: { seller: [], buyer: ["complete"], operator: [] },
  completed: { seller: [], buyer: [], operator: [] },
  rejected: { seller: [], buyer: [], operator: [] },
  cancelled: { seller: [], buyer: [], operator: [] },
  expired: { seller: [], buyer: [], operator: [] },
} as const;
type State = keyof typeof states;
type Audience = "seller" | "buyer" | "operator";

// Who may send what, whatever the state.
const senders = {
  "seller accept": ["owner", "manager", "fulfilment"],
  "seller reject": ["owner", "manager"],
  "seller cancel": ["owner", "manager"],
  "buyer cancel": ["owner", "approver", "purchaser"],
  "operator cancel": ["admin", "support"],
} as const;
const roles = {
  seller: ["owner", "manager", "fulfilment", "viewer"],
  buyer: ["owner", "approver", "purchaser", "viewer"],
  operator: ["admin", "finance", "support", "viewer"],
} as const;
const bodies = { accept: {}, reject: { reason: "no longer made" }, cancel: { reason: "plans changed" } } as const;

let market: OwnMarket;
let seller: Seller;
let company: Company;
const callers = new Map<string, Caller>();
const settled = new Map<State, string>();
let offer: Awaited<ReturnType<Seller["offer"]>>;

beforeAll(async () => {
  market = await openMarket();
  [seller, company] = await Promise.all([market.seller(), market.company()]);
  offer = await seller.offer({ units: 10_000 });
  const paths = {
    operator: "/v1/operator/keys",
    seller: `/v1/operator/sellers/${seller.id}/keys`,
    buyer: `/v1/operator/companies/${company.id}/keys`,
  };
  for (const audience of ["seller", "buyer", "operator"] as const) {
    for (const role of roles[audience]) {
      const { secret } = await market.operator.post<{ secret: string }>(paths[audience], { name: role, role });
      callers.set(`${audience} ${role}`, market.caller(secret));
    }
  }
  // First what time has to pass for.
  const expired = orderOf(await company.placed([{ offer, quantity: 1 }], { method: "bank_transfer" }));
  await market.moveClock(8 * day);
  await until("it is expired", async () => (await stateOf(expired)) === "expired");
  settled.set("expired", expired);
  for (const state of ["shipped", "delivered", "completed", "rejected", "cancelled"] as const) settled.set(state, await orderIn(state));
}, 120_000);
afterAll(async () => {
  await market.close();
});

const read = (id: string) => market.operator.get<OrderRead>(`/v1/operator/orders/${id}`);
const stateOf = async (id: string) => (await read(id)).state;
const callerOf = (audience: Audience, role: string): Caller => {
  const caller = callers.get(`${audience} ${role}`);
  if (caller === undefined) throw new Error(`nobody is ${audience} ${role}`);
  return caller;
};
const send = (audience: Audience, role: string, command: keyof typeof bodies, id: string) =>
  callerOf(audience, role).send("POST", `/v1/${audience}/orders/${id}/${command}`, bodies[command]);

/** A new order of three units in this state; of the states that only time leads to, the one that is. */
async function orderIn(state: State): Promise<string> {
  const known = settled.get(state);
  if (known !== undefined) return known;
  const id = orderOf(await company.placed([{ offer, quantity: 3 }], { method: state === "reserved" ? "bank_transfer" : "on_account" }));
  if (state === "reserved" || state === "confirmed") return id;
  if (state === "rejected") await send("seller", "owner", "reject", id);
  if (state === "cancelled") await send("seller", "owner", "cancel", id);
  if (state === "rejected" || state === "cancelled") return id;
  await send("seller", "owner", "accept", id);
  if (state === "accepted") return id;
  const quantity = state === "partially_shipped" ? 1 : 3;
  const parcel = { location: seller.location, lines: [{ line_number: 1, quantity }], ship: true };
  const { id: shipment } = await seller.post<{ id: string }>(`/v1/seller/orders/${id}/shipments`, parcel);
  if (state === "partially_shipped" || state === "shipped") return id;
  await company.post(`/v1/buyer/shipments/${shipment}/deliver`, {});
  if (state === "completed") await company.post(`/v1/buyer/orders/${id}/complete`, {});
  return id;
}

const cells = (Object.keys(states) as State[]).flatMap((state) =>
  (Object.keys(senders) as (keyof typeof senders)[]).map((sender) => {
    const [audience, command] = sender.split(" ") as [Audience, keyof typeof bodies];
    return { state, audience, command, sender };
  }),
);

describe("every cell of state, command and role", () => {
  test.each(cells)("$sender of an order that is $state", async ({ state, audience, command, sender }) => {
    const allowed: readonly string[] = states[state][audience];
    const takes = allowed.includes(command) || (command === "cancel" && allowed.includes("request_cancellation"));
    const wrong: unknown[] = [];
    const shared = await orderIn(state);
    for (const role of roles[audience]) {
      const may = (senders[sender] as readonly string[]).includes(role);
      const id = may && takes ? await orderIn(state) : shared;
      const before = await read(id);
      const answer = await send(audience, role, command, id);
      const body = jsonOf<{ code?: string; state?: string; allowed?: string[] }>(answer);
      const after = await read(id);
      const untouched = after.version === before.version && after.state === state;
      if (!may && (body.code !== "forbidden" || !untouched)) wrong.push([role, "may not", answer.status, body.code]);
      if (may && !takes) {
        const told = body.code === "state-conflict" && body.state === state && JSON.stringify(body.allowed) === JSON.stringify(allowed);
        if (answer.status !== 409 || !told || !untouched) wrong.push([role, "is refused", answer.status, body, after.version]);
      }
      if (may && takes) {
        const asks = allowed.includes("request_cancellation");
        const done = answer.status === 200 && (asks ? untouched && after.open_requests.length === 1 : after.version > before.version);
        if (!done) wrong.push([role, "may", answer.status, body, after.version]);
      }
    }
    expect(wrong).toEqual([]);
  });

  test.each(Object.keys(states) as State[])("an order that is %s shows each party what it may do", async (state) => {
    const id = await orderIn(state);
    const shown = await Promise.all(
      (["seller", "buyer", "operator"] as const).map(async (audience) => {
        const { allowed_actions } = await callerOf(audience, "viewer").get<OrderRead>(`/v1/${audience}/orders/${id}`);
        return [audience, allowed_actions];
      }),
    );
    expect(Object.fromEntries(shown)).toEqual(states[state]);
  });
});

describe("every cell of a question's state, verb and party", () => {
  type Kind = "acceptance" | "cancellation";
  type Ended = "granted" | "declined" | "withdrawn" | "closed" | "expired";
  const questions = new Map<string, string>();

  /** A new open question of this kind. */
  async function open(kind: Kind): Promise<{ readonly id: string; readonly order: string }> {
    const order = await orderIn(kind === "acceptance" ? "confirmed" : "accepted");
    const body = { lines: [{ line_number: 1, quantity: 1 }], reason: "as it is" };
    const answer =
      kind === "acceptance"
        ? await seller.post<OrderRead>(`/v1/seller/orders/${order}/accept`, body)
        : await company.post<OrderRead>(`/v1/buyer/orders/${order}/cancel`, body);
    return { id: answer.open_requests[0]?.id ?? "", order };
  }
  const answersOf = (kind: Kind) => (kind === "acceptance" ? "buyer" : "seller");
  const asksOf = (kind: Kind) => (kind === "acceptance" ? "seller" : "buyer");
  const say = (audience: "seller" | "buyer", verb: string, id: string) =>
    callerOf(audience, "owner").send("POST", `/v1/${audience}/order-requests/${id}/${verb}`, {});
  const readQuestion = (id: string) => market.operator.get<RequestRead>(`/v1/operator/order-requests/${id}`);

  beforeAll(async () => {
    for (const kind of ["acceptance", "cancellation"] as const) {
      const { id } = await open(kind);
      await market.moveClock(6 * day);
      await until("it is expired", async () => (await readQuestion(id)).state === "expired");
      questions.set(`${kind} expired`, id);
    }
    for (const kind of ["acceptance", "cancellation"] as const) {
      const [granted, declined, withdrawn, closed] = [await open(kind), await open(kind), await open(kind), await open(kind)];
      await say(answersOf(kind), "grant", granted.id);
      await say(answersOf(kind), "decline", declined.id);
      await say(asksOf(kind), "withdraw", withdrawn.id);
      await send("operator", "admin", "cancel", closed.order);
      for (const [state, { id }] of Object.entries({ granted, declined, withdrawn, closed })) questions.set(`${kind} ${state}`, id);
    }
  }, 120_000);

  test.each(
    (["acceptance", "cancellation"] as const).flatMap((kind) =>
      (["granted", "declined", "withdrawn", "closed", "expired"] as Ended[]).map((state) => ({ kind, state })),
    ),
  )("a question about $kind that is $state is not answered any more", async ({ kind, state }) => {
    const id = questions.get(`${kind} ${state}`) ?? "";
    const said: unknown[] = [];
    for (const audience of ["seller", "buyer"] as const) {
      for (const verb of ["grant", "decline", "withdraw"]) {
        const answer = await say(audience, verb, id);
        const body = jsonOf<{ code?: string; state?: string; allowed?: string[] }>(answer);
        said.push([answer.status, body.code, body.state, body.allowed]);
      }
    }
    expect(said).toEqual(Array.from({ length: 6 }, () => [409, "state-conflict", state, []]));
    expect(await readQuestion(id)).toMatchObject({ state, version: 2, allowed_actions: [] });
  });

  test.each(["acceptance", "cancellation"] as const)(
    "an open question about %s is answered by the one and taken back by the other",
    async (kind) => {
      const outcomes: unknown[] = [];
      for (const audience of ["seller", "buyer"] as const) {
        for (const verb of ["grant", "decline", "withdraw"]) {
          const { id } = await open(kind);
          const answer = await say(audience, verb, id);
          outcomes.push([
            audience,
            verb,
            answer.status,
            answer.status === 200 ? (await readQuestion(id)).version : jsonOf<{ allowed: string[] }>(answer).allowed,
          ]);
          if (answer.status === 409) expect(await readQuestion(id)).toMatchObject({ state: "open", version: 1 });
        }
      }
      const asker = [
        ["grant", 409, ["withdraw"]],
        ["decline", 409, ["withdraw"]],
        ["withdraw", 200, 2],
      ];
      const other = [
        ["grant", 200, 2],
        ["decline", 200, 2],
        ["withdraw", 409, ["grant", "decline"]],
      ];
      const of = (audience: string, rows: unknown[][]) => rows.map((row) => [audience, ...row]);
      expect(outcomes).toEqual([
        ...of("seller", asksOf(kind) === "seller" ? asker : other),
        ...of("buyer", asksOf(kind) === "buyer" ? asker : other),
      ]);
    },
  );

  test("a viewer answers nothing", async () => {
    const { id } = await open("acceptance");
    for (const [audience, verb] of [
      ["buyer", "grant"],
      ["buyer", "decline"],
      ["seller", "withdraw"],
    ] as const) {
      expect(codeOf(await callerOf(audience, "viewer").send("POST", `/v1/${audience}/order-requests/${id}/${verb}`, {}))).toBe("forbidden");
    }
  });
});

test("All of this leaves a market in which doctor finds nothing", async () => {
  expect((await market.doctor()).violations).toEqual([]);
});
