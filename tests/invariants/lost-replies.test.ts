import { afterAll, beforeAll, expect, test } from "vitest";
import { jsonOf, send } from "../support/barrier.ts";
import { codeOf } from "../support/caller.ts";
import { openMarket, type Checkout, type Company, type OwnMarket, type Seller } from "../support/market.ts";
import { isCommit, type Wire, type WireAction } from "../support/wire.ts";
import { followWrites } from "../support/write-boundaries.ts";

let market: OwnMarket;
let wire: Wire;
let seller: Seller;
let company: Company;
beforeAll(async () => {
  market = await openMarket({ wire: true });
  if (market.wire === undefined) throw new Error("the market has a wire");
  wire = market.wire;
  seller = await market.seller();
  company = await market.company();
});
afterAll(async () => {
  await market?.close();
});

/** The server commits the next `times` writes, and its connection dies before it hears of it. */
function loseCommitReplies(times: number): { lost(): number; end(): void } {
  let lost = 0;
  const end = wire.watch(
    followWrites(({ statement, moment }) => {
      if (moment !== "after" || !isCommit(statement) || lost === times) return "pass";
      lost += 1;
      return "cut";
    }),
  );
  return { lost: () => lost, end };
}

test("a COMMIT whose reply is lost: the company gets its checkout nevertheless, there is one, and the key replays it", async () => {
  const offer = await seller.offer();
  const request = company.placing([{ offer, quantity: 3 }]);
  const losing = loseCommitReplies(1);
  const first = await send(market.origins()[0] ?? "", request);
  losing.end();
  const second = await send(market.origins()[0] ?? "", request);
  expect(losing.lost()).toBe(1);
  expect([first.status, second.status, second.headers["idempotent-replayed"]]).toEqual([201, 201, "true"]);
  expect(second.body.equals(first.body)).toBe(true);
  expect(await market.stock(offer)).toMatchObject({ reserved: 3 });
});

test("COMMIT replies lost every time: 503 that says come again with the same key, and then the checkout that was there all along", async () => {
  const offer = await seller.offer();
  const request = company.placing([{ offer, quantity: 3 }]);
  const losing = loseCommitReplies(Number.POSITIVE_INFINITY);
  const first = await send(market.origins()[0] ?? "", request);
  losing.end();
  expect([first.status, codeOf(first), jsonOf(first)["retry"]]).toEqual([503, "overloaded", "same_key"]);
  expect(Number(first.headers["retry-after"])).toBeGreaterThan(0);
  const second = await send(market.origins()[0] ?? "", request);
  expect([second.status, second.headers["idempotent-replayed"]]).toEqual([201, "true"]);
  expect(await market.stock(offer)).toMatchObject({ reserved: 3 });
});

test("a cancelling whose COMMIT reply is lost gives back once, whatever its first answer was", async () => {
  const offer = await seller.offer();
  const checkout = await company.placed([{ offer, quantity: 3 }]);
  const request = company.request("POST", `/v1/buyer/orders/${checkout.orders[0]?.id}/cancel`, { reason: "no longer needed" });
  const losing = loseCommitReplies(1);
  const first = await send(market.origins()[0] ?? "", request);
  losing.end();
  const second = await send(market.origins()[0] ?? "", request);
  expect(losing.lost()).toBe(1);
  expect([200, 503]).toContain(first.status);
  expect([second.status, second.headers["idempotent-replayed"]]).toEqual([200, "true"]);
  expect(await market.stock(offer)).toMatchObject({ reserved: 0 });
});

test("who is refused while too many wait gets 503 and Retry-After, and the same key later runs normally, once", {
  timeout: 60_000,
}, async () => {
  const offer = await seller.offer({ units: 1200 });
  const requests = Array.from({ length: 1200 }, () => company.placing([{ offer, quantity: 1 }]));
  const full = Promise.withResolvers<void>();
  const end = wire.watch(
    followWrites(async (): Promise<WireAction> => {
      await full.promise;
      return "pass";
    }),
  );
  const sending = requests.map(async (request) => {
    const answer = await send(market.origins()[0] ?? "", request);
    if (answer.status === 503) full.resolve();
    return answer;
  });
  const during = await Promise.all(sending);
  end();
  const refused = requests.filter((_, index) => during[index]?.status === 503);
  for (const answer of during.filter(({ status }) => status !== 201)) {
    expect([answer.status, codeOf(answer), jsonOf(answer)["retry"]]).toEqual([503, "overloaded", "same_key"]);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
  }
  expect(refused.length).toBeGreaterThan(0);
  const placed = during.filter(({ status }) => status === 201).map((answer) => jsonOf<Checkout>(answer).id);
  for (const request of refused) {
    const answer = await send(market.origins()[0] ?? "", request);
    expect([answer.status, answer.headers["idempotent-replayed"]]).toEqual([201, undefined]);
    placed.push(jsonOf<Checkout>(answer).id);
  }
  expect(new Set(placed).size).toBe(1200);
  expect(await market.stock(offer)).toMatchObject({ reserved: 1200 });
});

test("after all that the market is sound", async () => {
  expect((await market.doctor()).violations).toEqual([]);
});

test("a lost reply without the stored answer would place twice: so does a market that forgets its keys, and this is how it shows", async () => {
  const offer = await seller.offer();
  const request = company.placing([{ offer, quantity: 3 }]);
  await market.database.owner(`
    create function forget() returns trigger language plpgsql as $$ begin return null; end $$;
    create trigger forgets before insert on idempotency for each row execute function forget();`);
  const losing = loseCommitReplies(1);
  const first = await send(market.origins()[0] ?? "", request);
  losing.end();
  await market.database.owner("drop trigger forgets on idempotency");
  const second = await send(market.origins()[0] ?? "", request);
  expect([first.status, second.status, second.headers["idempotent-replayed"]]).not.toEqual([201, 201, "true"]);
});
