import { afterAll, beforeAll, expect, test } from "vitest";
import { send } from "../support/barrier.ts";
import { codeOf } from "../support/caller.ts";
import { openMarket, type Checkout, type Company, type Offer, type OwnMarket } from "../support/market.ts";
import { isCommit, type Wire, type WireAction, type WireHook, type WireStatement } from "../support/wire.ts";
import { until } from "./attack.ts";

const transferDeadlineMillis = 168 * 3_600_000;

let market: OwnMarket;
let wire: Wire;
let company: Company;
let offer: Offer;
beforeAll(async () => {
  market = await openMarket({ wire: true });
  if (market.wire === undefined) throw new Error("the market has a wire");
  wire = market.wire;
  company = await market.company();
  offer = await (await market.seller()).offer({ units: 1000 });
});
afterAll(async () => {
  await market?.close();
});

const pending = () => company.placed([{ offer, quantity: 1 }], { method: "bank_transfer" });
const read = (checkout: Checkout) =>
  market.operator.get<Checkout & { history: readonly { to: string }[] }>(`/v1/operator/checkouts/${checkout.id}`);
const receiptOf = ({ id, total }: Checkout) =>
  market.operator.request("POST", `/v1/operator/checkouts/${id}/receipts`, { bank_reference: `B-${id}`, amount: total });
const changesCheckout = (statement: WireStatement) => /update\s+checkouts\b/i.test(statement.sql);
const locksCheckout = (statement: WireStatement) => /\bcheckouts\b[\s\S]*for no key update/i.test(statement.sql);

/** Holds the first transaction that changes a checkout just before its COMMIT, until it is let go. */
function holdAtCommit(watching: (statement: WireStatement, moment: "before" | "after", holder: number | undefined) => void) {
  const held = Promise.withResolvers<void>();
  const letGo = Promise.withResolvers<void>();
  let holder: number | undefined;
  let changing: number | undefined;
  const hook: WireHook = async (statement, moment): Promise<WireAction> => {
    if (moment === "before" && changing === undefined && changesCheckout(statement)) changing = statement.connection;
    if (moment === "before" && holder === undefined && statement.connection === changing && isCommit(statement)) {
      holder = statement.connection;
      held.resolve();
      await letGo.promise;
    } else watching(statement, moment, holder);
    return "pass";
  };
  const end = wire.watch(hook);
  return { held: held.promise, letGo: () => letGo.resolve(), end };
}

test("an expiry that is about to commit wins against a receipt that waits for the checkout, and the receipt is told so", async () => {
  const checkout = await pending();
  const waits = Promise.withResolvers<void>();
  const expiry = holdAtCommit((statement, moment, holder) => {
    if (holder !== undefined && statement.connection !== holder && moment === "before" && locksCheckout(statement)) waits.resolve();
  });
  await market.moveClock(transferDeadlineMillis + 1000);
  await expiry.held;
  const receipt = send(market.origins()[0] ?? "", receiptOf(checkout));
  await waits.promise;
  expiry.letGo();
  const answer = await receipt;
  expiry.end();
  expect([answer.status, codeOf(answer)]).toEqual([409, "state-conflict"]);
  expect(await read(checkout)).toMatchObject({ state: "expired", version: 2, history: [{ to: "pending_payment" }, { to: "expired" }] });
  expect(await market.stock(offer)).toMatchObject({ reserved: 0 });
});

test("a receipt that is about to commit wins against the deadline: the sweeper passes the checkout by, and finds it confirmed", async () => {
  const checkout = await pending();
  const passedBy = Promise.withResolvers<void>();
  const receipt = holdAtCommit((statement, moment, holder) => {
    if (holder !== undefined && statement.connection !== holder && moment === "after" && locksCheckout(statement)) passedBy.resolve();
  });
  const sent = send(market.origins()[0] ?? "", receiptOf(checkout));
  await receipt.held;
  await market.moveClock(transferDeadlineMillis + 1000);
  await passedBy.promise;
  receipt.letGo();
  const answer = await sent;
  receipt.end();
  expect(answer.status).toBe(201);
  expect(await read(checkout)).toMatchObject({ state: "confirmed", version: 2, history: [{ to: "pending_payment" }, { to: "confirmed" }] });
  expect(await market.stock(offer)).toMatchObject({ reserved: 1 });
});

test("when nobody looked after deadlines for three days, each is acted on once as soon as somebody does", { timeout: 60_000 }, async () => {
  const checkouts: Checkout[] = [];
  while (checkouts.length < 50) checkouts.push(await pending());
  for (const server of market.servers) await server.kill();
  await market.moveClock(transferDeadlineMillis + 3 * 24 * 3_600_000);
  // Two start at once and both find all of them.
  await Promise.all([market.restart(0), market.restart(1)]);
  await until("all have expired", async () => (await Promise.all(checkouts.map(read))).every(({ state }) => state === "expired"));
  for (const each of await Promise.all(checkouts.map(read))) {
    expect(each).toMatchObject({ state: "expired", version: 2, history: [{ to: "pending_payment" }, { to: "expired" }] });
  }
  // What was confirmed before was not accepted in all these days, so its units are free too.
  await until("nothing is reserved", async () => (await market.stock(offer)).reserved === 0);
  const late = await send(market.origins()[0] ?? "", receiptOf(checkouts[0] as Checkout));
  expect([late.status, codeOf(late)]).toEqual([409, "state-conflict"]);
  await until("the events have their positions", async () => (await expiredEvents()).length >= checkouts.length);
  const subjects = (await expiredEvents()).map(({ subject }) => subject);
  expect(checkouts.map(({ id }) => subjects.filter((subject) => subject === id).length)).toEqual(checkouts.map(() => 1));
  expect((await market.doctor()).violations).toEqual([]);
});

/** Every expiry the company was told of. */
async function expiredEvents(): Promise<readonly { subject: string }[]> {
  const found: { subject: string; type: string }[] = [];
  let after = 0;
  for (;;) {
    const page = await company.get<{ items: { subject: string; type: string }[]; next_after: number }>(
      `/v1/buyer/events?after=${after}&limit=200`,
    );
    if (page.items.length === 0) return found.filter(({ type }) => type === "checkout.expired");
    found.push(...page.items);
    after = page.next_after;
  }
}

test("an expiry that leaves its checkout confirmed is seen, here and by doctor", async () => {
  const checkout = await pending();
  await market.database.owner(`
    create function confirm_again() returns trigger language plpgsql as $$
    begin
      if new.state = 'expired' then new.state := 'confirmed'; end if;
      return new;
    end $$;
    create trigger confirms_again before update of state on checkouts for each row execute function confirm_again();`);
  await market.moveClock(transferDeadlineMillis + 1000);
  await until("it is not pending", async () => (await read(checkout)).state !== "pending_payment");
  await market.database.owner("drop trigger confirms_again on checkouts");
  expect(await read(checkout)).not.toMatchObject({ state: "expired", history: [{ to: "pending_payment" }, { to: "expired" }] });
  expect((await market.doctor()).violations).not.toEqual([]);
});
