import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { codeOf } from "../support/caller.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import { type Checkout, type Company, openMarket, type Offer, type OwnMarket, type Seller } from "../support/market.ts";
import { type Items, type Level, limitTo, line, locate, movementsOf, operate, type Written } from "../specs/stock-asking.ts";

const seed = 20_261_122;
const sequences = 10;
const steps = 40;

let market: OwnMarket;
let company: Company;
beforeAll(async () => {
  market = await openMarket();
  company = await market.company();
});
afterAll(() => market?.close());

const place = fc.integer({ min: 0, max: 2 });
const few = fc.integer({ min: 1, max: 6 });
const someCommand = fc.oneof(
  fc.record({
    kind: fc.constant("arrive" as const),
    as: fc.constantFrom("receipts" as const, "restocks" as const),
    at: place,
    quantity: few,
  }),
  fc.record({ kind: fc.constant("adjustments" as const), at: place, delta: fc.integer({ min: -7, max: 3 }), gives: fc.boolean() }),
  fc.record({ kind: fc.constant("limits" as const), at: place, limit: fc.integer({ min: 0, max: 6 }), gives: fc.boolean() }),
  fc.record({ kind: fc.constant("transfers" as const), from: place, to: place, quantity: few }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("place" as const), quantity: few }) },
  fc.record({ kind: fc.constant("cancel" as const), order: fc.nat(), share: fc.double({ min: 0.01, max: 1, noNaN: true }) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("reassign" as const), order: fc.nat(), from: place, to: place, quantity: few }) },
);
type Command = typeof someCommand extends fc.Arbitrary<infer T> ? T : never;

/** What a sequence goes on with: one offer at three locations. */
type Run = { readonly seller: Seller; readonly offer: Offer; readonly locations: readonly string[]; readonly orders: string[] };

/** What one order holds at one location, and since which movement: the place in the queue. */
type Holding = { readonly order: string; readonly location: string; readonly since: string; held: number };
type Picture = { readonly levels: readonly Level[]; readonly holdings: readonly Holding[] };

async function openRun(): Promise<Run> {
  const seller = await market.seller();
  const offer = await seller.offer({ units: 0, price: 10 });
  const locations = [offer.location, await locate(seller, "Second"), await locate(seller, "Third")];
  for (const location of locations) await limitTo(offer, 0, {}, location);
  return { seller, offer, locations, orders: [] };
}

/** The levels as they are read, and who holds what, summed up from the movements alone. */
async function look({ seller, offer, locations }: Run): Promise<Picture> {
  const [{ items }, movements] = await Promise.all([
    seller.get<Items<Level>>(`/v1/seller/stock?offer=${offer.id}`),
    movementsOf(offer, "&kind=reserve&kind=release&kind=reassign"),
  ]);
  const levels = locations.map((location) => items.find((level) => level.location === location) as Level);
  const holdings = new Map<string, Holding>();
  for (const { order, location, reserved_delta, id } of movements) {
    const key = `${order} ${location}`;
    const known = holdings.get(key) ?? { order: order ?? "", location, since: id, held: 0 };
    known.held += reserved_delta;
    holdings.set(key, known);
  }
  return { levels, holdings: [...holdings.values()].toSorted((a, b) => (a.since < b.since ? -1 : 1)) };
}

const levelAt = ({ levels }: Picture, location: string) => levels.find((level) => level.location === location) as Level;
const heldOf = ({ holdings }: Picture, order: string) =>
  holdings.filter((each) => each.order === order).reduce((sum, { held }) => sum + held, 0);
const numbers = ({ on_hand, reserved, backorder_limit }: Level) => [on_hand, reserved, backorder_limit];

/** How many units of each holding at a location are on hand for it: the oldest come first. */
function covered({ holdings }: Picture, location: string, onHand: number): Map<string, number> {
  let left = onHand;
  return new Map(
    holdings
      .filter((each) => each.location === location)
      .map(({ order, held }) => {
        const units = Math.min(left, held);
        left -= units;
        return [order, units] as const;
      }),
  );
}

/** What goods that come serve, as the model says it: by order, the oldest first. */
function servedBy(before: Picture, location: string, arriving: number) {
  const { on_hand: onHand } = levelAt(before, location);
  const [was, is] = [covered(before, location, onHand), covered(before, location, onHand + arriving)];
  return [...is].map(([order, units]) => [order, units - (was.get(order) ?? 0)] as const).filter(([, units]) => units > 0);
}

const shownServed = (answer: HttpAnswer) => jsonOf<Written>(answer).served.map(({ order, quantity }) => [order, quantity]);
const outcome = (answer: HttpAnswer) => codeOf(answer) ?? "done";

/** Changes of a level that a command makes: on hand, reserved, limit. */
type Change = readonly [string, readonly [number, number, number]];

function expectLevels(before: Picture, after: Picture, changes: readonly Change[]): void {
  const due = before.levels.map((level) => {
    const own = changes.filter(([location]) => location === level.location).map(([, numbersOf]) => numbersOf);
    return own.reduce((sum, change) => sum.map((each, index) => each + (change[index] ?? 0)), numbers(level));
  });
  expect(after.levels.map(numbers)).toEqual(due);
}

async function take(run: Run, command: Command): Promise<void> {
  const { seller, offer, locations, orders } = run;
  const before = await look(run);
  const at = (index: number) => locations[index] ?? "";
  const check = async (changes: readonly Change[]) => expectLevels(before, await look(run), changes);

  if (command.kind === "arrive") {
    const location = at(command.at);
    const answer = await operate(seller, command.as, [line(offer, { quantity: command.quantity }, location)]);
    expect([outcome(answer), shownServed(answer)]).toEqual(["done", servedBy(before, location, command.quantity)]);
    return check([[location, [command.quantity, 0, 0]]]);
  }
  if (command.kind === "adjustments" || command.kind === "limits") return lower(run, command, before);
  if (command.kind === "transfers") {
    const [from, to] = [levelAt(before, at(command.from)), at(command.to)];
    const moved = { offer: offer.id, from: from.location, to, quantity: command.quantity };
    const answer = await operate(seller, "transfers", [moved]);
    const left = from.on_hand - command.quantity;
    const due =
      from.location === to ? "request-invalid" : left < 0 || from.reserved > left + from.backorder_limit ? "stock-in-use" : "done";
    expect(outcome(answer)).toBe(due);
    if (due !== "done") return check([]);
    expect(shownServed(answer)).toEqual(servedBy(before, to, command.quantity));
    return check([
      [from.location, [-command.quantity, 0, 0]],
      [to, [command.quantity, 0, 0]],
    ]);
  }
  if (command.kind === "place") return buy(run, command.quantity, before);
  const order = orders[command.order % Math.max(1, orders.length)];
  if (order === undefined) return;
  if (command.kind === "cancel") return cancel(run, order, command.share, before);
  return reassign(run, order, command, before);
}

async function reassign(run: Run, order: string, command: Extract<Command, { kind: "reassign" }>, before: Picture): Promise<void> {
  const { seller, locations } = run;
  const at = (index: number) => locations[index] ?? "";
  const check = async (changes: readonly Change[]) => expectLevels(before, await look(run), changes);
  const [from, to] = [at(command.from), levelAt(before, at(command.to))];
  const answer = await seller.send("POST", `/v1/seller/orders/${order}/reassign`, {
    ...{ line_number: 1, from, to: to.location, quantity: command.quantity },
  });
  const holds = before.holdings.find((each) => each.order === order && each.location === from);
  const there = before.holdings.filter((each) => each.location === to.location && each.held > 0);
  const own = before.holdings.find((each) => each.order === order && each.location === to.location);
  // Who has a place in the queue there may not push those behind it away from what is on hand.
  const onHandOnly = own !== undefined && there.some(({ since, order: of }) => since > own.since && of !== order);
  const room = onHandOnly ? Math.max(0, to.on_hand - to.reserved) : to.on_hand + to.backorder_limit - to.reserved;
  const refusal =
    from === to.location
      ? "request-invalid"
      : holds === undefined
        ? "unknown-reference"
        : holds.held < command.quantity
          ? "units-not-open"
          : room < command.quantity
            ? "stock-short"
            : "done";
  expect(outcome(answer)).toBe(refusal);
  if (refusal !== "done") return check([]);
  return check([
    [from, [0, -command.quantity, 0]],
    [to.location, [0, command.quantity, 0]],
  ]);
}

async function lower(run: Run, command: Extract<Command, { gives: boolean }>, before: Picture): Promise<void> {
  const { seller, offer, locations } = run;
  const level = levelAt(before, locations[command.at] ?? "");
  const [delta, limit] = command.kind === "limits" ? [0, command.limit] : [command.delta, level.backorder_limit];
  const asked = command.kind === "limits" ? { backorder_limit: limit } : { delta };
  const answer = await operate(
    seller,
    command.kind,
    [line(offer, asked, level.location)],
    command.gives ? { shortfall: "newest_first" } : {},
  );
  const onHand = level.on_hand + delta;
  const missing = Math.max(0, level.reserved - onHand - limit);
  const lowers = delta < 0 || limit < level.backorder_limit;
  const refused = lowers && (onHand < 0 || (missing > 0 && !command.gives));
  expect(outcome(answer)).toBe(refused ? "stock-in-use" : "done");
  const after = await look(run);
  if (refused) return expectLevels(before, after, []);
  expectLevels(before, after, [[level.location, [delta, -missing, limit - level.backorder_limit]]]);
  // From the newest to the oldest each gives all it has, until there is enough.
  let left = missing;
  const due = before.holdings
    .filter((each) => each.location === level.location && each.held > 0)
    .toReversed()
    .flatMap(({ order, held }) => {
      const gives = Math.min(left, held);
      left -= gives;
      return gives > 0 ? [[order, gives] as const] : [];
    });
  const given = (jsonOf<Written>(answer).cancelled ?? []).map(({ order, quantity }) => [order, quantity] as const);
  expect(given.toSorted()).toEqual(due.toSorted());
}

async function buy(run: Run, quantity: number, before: Picture): Promise<void> {
  const free = before.levels.map((level) => Math.max(0, level.on_hand - level.reserved));
  const rooms = before.levels.map((level, index) => level.on_hand + level.backorder_limit - level.reserved - (free[index] ?? 0));
  const servable = free.reduce((sum, each) => sum + each, 0) + Math.max(...rooms);
  const answer = await company.place([{ offer: run.offer, quantity }]);
  expect(outcome(answer)).toBe(servable < quantity ? "stock-short" : "done");
  const after = await look(run);
  if (servable < quantity) return expectLevels(before, after, []);
  const order = jsonOf<Checkout>(answer).orders[0]?.id ?? "";
  run.orders.push(order);
  // On hand first, and what is missing from one location.
  const taken = after.levels.map((level, index) => level.reserved - (before.levels[index]?.reserved ?? 0));
  const onBackorder = taken.filter((units, index) => units > (free[index] ?? 0)).length;
  expect([taken.reduce((sum, units) => sum + units, 0), heldOf(after, order), onBackorder <= 1]).toEqual([quantity, quantity, true]);
}

async function cancel(run: Run, order: string, share: number, before: Picture): Promise<void> {
  const held = heldOf(before, order);
  const quantity = Math.max(1, Math.floor(held * share));
  const body = { reason: "fewer", lines: [{ line_number: 1, quantity }] };
  const answer = await company.send("POST", `/v1/buyer/orders/${order}/cancel`, body);
  expect(outcome(answer)).toBe(held === 0 ? "state-conflict" : "done");
  const after = await look(run);
  expect(heldOf(after, order)).toBe(held === 0 ? 0 : held - quantity);
  expect(after.levels.map(({ on_hand, backorder_limit }) => [on_hand, backorder_limit])).toEqual(
    before.levels.map(({ on_hand, backorder_limit }) => [on_hand, backorder_limit]),
  );
}

test("whatever is done with stock in whatever order, levels, movements and the model say the same", { timeout: 300_000 }, async () => {
  const seen = new Map<string, number>();
  const runs = fc.sample(fc.array(someCommand, { minLength: steps, maxLength: steps }), { seed, numRuns: sequences });
  for (const [number, commands] of runs.entries()) {
    const run = await openRun();
    for (const [index, command] of commands.entries()) {
      try {
        await take(run, command);
      } catch (error) {
        throw new Error(`seed ${seed}, sequence ${number}, step ${index}: ${JSON.stringify(command)}`, { cause: error });
      }
      seen.set(command.kind, (seen.get(command.kind) ?? 0) + 1);
    }
    const { levels, holdings } = await look(run);
    const moved = await movementsOf(run.offer);
    for (const level of levels) {
      const own = moved.filter(({ location }) => location === level.location);
      const summed = own.reduce(
        ([onHand = 0, reserved = 0, limit = 0], each) => [
          onHand + each.on_hand_delta,
          reserved + each.reserved_delta,
          limit + each.limit_delta,
        ],
        [0, 0, 0],
      );
      const held = holdings.filter(({ location }) => location === level.location).reduce((sum, each) => sum + each.held, 0);
      expect([summed, held]).toEqual([numbers(level), level.reserved]);
    }
  }
  expect((await market.doctor()).violations).toEqual([]);
  // Every kind of command was tried often, or the model has proved nothing about it.
  expect([seen.size, [...seen].filter(([, count]) => count < 8)]).toEqual([7, []]);
});
