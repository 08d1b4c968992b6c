import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf } from "../support/caller.ts";
import { send } from "../support/barrier.ts";
import { type Checkout, type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { isCommit } from "../support/wire.ts";
import { followWrites } from "../support/write-boundaries.ts";

type Sum = { readonly amount: number | null; readonly amount_text: string; readonly currency: string };
type Balances = { readonly accounts: readonly { readonly kind: string; readonly balance: Sum }[]; readonly totals: readonly object[] };
type Journal = { readonly items: readonly Record<string, unknown>[]; readonly next_cursor: string | null };
type Statement = { readonly accounts: readonly Record<"kind" | "opening" | "debited" | "credited" | "closing", unknown>[] };

let market: OwnMarket;
let seller: Seller;
let company: Company;
beforeAll(async () => {
  market = await openMarket({ wire: true });
  [seller, company] = await Promise.all([market.seller(), market.company()]);
});
afterAll(() => market.close());

let bookings = 0;
const bankReference = () => `BANK-${(bookings += 1)}`;
const euro = (amount: number): Sum => ({ amount, amount_text: `${amount}`, currency: "EUR" });

async function pending(quantity: number, by = company): Promise<Checkout> {
  const offer = await seller.offer({ units: quantity });
  return by.placed([{ offer, quantity }], { method: "bank_transfer" });
}

function receipt(checkout: Checkout, reference = bankReference()) {
  const amount = { amount: checkout.total.amount, currency: "EUR" };
  return market.operator.request("POST", `/v1/operator/checkouts/${checkout.id}/receipts`, { bank_reference: reference, amount });
}

const recorded = (checkout: Checkout, reference?: string) => send(market.origins()[0] ?? "", receipt(checkout, reference));
const balances = (query = "") => market.operator.get<Balances>(`/v1/operator/ledger/trial-balance${query}`);
const journal = (query = "") => market.operator.get<Journal>(`/v1/operator/ledger/journal${query}`);

async function bankBalance(query = ""): Promise<number> {
  const { accounts } = await balances(query);
  return accounts.find(({ kind }) => kind === "bank")?.balance.amount ?? 0;
}

async function timeNow(): Promise<string> {
  const [row] = await market.database.owner<{ at: string }>(
    `select to_char(stoa_now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`,
  );
  return row?.at ?? "";
}

describe("a bank receipt", () => {
  test("is booked with the checkout that it confirms: what stands at the bank is the company's, bound to the checkout", async () => {
    const before = await bankBalance();
    const checkout = await pending(3);
    expect((await recorded(checkout)).status).toBe(201);
    const { amount } = checkout.total;
    expect(await bankBalance()).toBe(before + amount);
    const { items } = await journal("?limit=1");
    expect(items[0]).toMatchObject({
      ...{ kind: "receipt_booked", number: 1, cause: "bank_receipt", amount: { amount, currency: "EUR" } },
      ...{ debit: { kind: "bank", party: null }, credit: { kind: "customer_funds", party: company.id } },
      record: expect.stringMatching(/^bnl_/),
    });
    const funds = await market.operator.get<{ items: readonly object[] }>(
      `/v1/operator/ledger/accounts?company=${company.id}&kind=customer_funds&limit=1`,
    );
    expect(funds.items).toEqual([expect.objectContaining({ subject: checkout.id, side: "credit", balance: euro(amount) })]);
  });

  test("that is refused books nothing", async () => {
    const before = await journal();
    const checkout = await pending(2);
    const reference = bankReference();
    const other = await pending(1);
    await recorded(other, reference);
    expect(codeOf(await recorded(checkout, reference))).toBe("bank-reference-used");
    expect((await journal()).items).toHaveLength(before.items.length + 1);
  });

  test.each(["before", "after"] as const)("whose connection dies %s its COMMIT is booked once when it is sent again", async (side) => {
    const checkout = await pending(1);
    const before = await bankBalance();
    const request = receipt(checkout);
    let deaths = 0;
    const end = market.wire?.watch(
      followWrites(({ statement, moment }) => {
        if (moment !== side || !isCommit(statement) || deaths > 0) return "pass";
        deaths += 1;
        return "cut";
      }),
    );
    const first = await send(market.origins()[0] ?? "", request);
    end?.();
    const again = await send(market.origins()[0] ?? "", request);
    expect([deaths, again.status]).toEqual([1, 201]);
    expect([201, 500, 503]).toContain(first.status);
    expect(await bankBalance()).toBe(before + checkout.total.amount);
    expect((await market.doctor()).violations).toEqual([]);
  });

  test("sends as many statements for 200 lines as for one, two of them to the books", async () => {
    const counted = async (lines: number) => {
      const offers = await seller.offers(Array.from({ length: lines }, () => ({ units: 1 })));
      const checkout = await company.placed(
        offers.map((offer) => ({ offer, quantity: 1 })),
        { method: "bank_transfer" },
      );
      market.wire?.forget();
      expect((await recorded(checkout)).status).toBe(201);
      const seen = market.wire?.statements() ?? [];
      const claim = seen.find(({ sql }) => sql.includes("pg_try_advisory_xact_lock"));
      const own = seen.filter(({ connection }) => connection === claim?.connection);
      return { all: own.length, books: own.filter(({ sql }) => sql.includes("into ledger_")).length };
    };
    const ofOne = await counted(1);
    expect(await counted(200)).toEqual(ofOne);
    expect(ofOne.books).toBe(2);
    expect(ofOne.all).toBeLessThanOrEqual(30);
  });
});

describe("the books", () => {
  test("balance in every currency, and show what stood in them at a past moment", async () => {
    const moment = await timeNow();
    const then = await balances();
    await recorded(await pending(4));
    const after = await balances();
    expect(await balances(`?at=${moment}`)).toEqual({ ...then, at: moment });
    expect(after).not.toMatchObject({ accounts: then.accounts });
    for (const { debited, credited } of after.totals as readonly { debited: Sum; credited: Sum }[]) expect(debited).toEqual(credited);
  });

  test("tell a company what stood before a time, what came in it and what stood after, and nothing of another", async () => {
    const [own, other] = await Promise.all([market.company(), market.company()]);
    const [first, second] = [await pending(1, own), await pending(2, own)];
    await recorded(await pending(5, other));
    await recorded(first);
    await market.moveClock(1_000);
    const between = await timeNow();
    await recorded(second);
    await market.moveClock(1_000);
    const end = await timeNow();
    const read = (by: Company, from: string, before: string) =>
      by.get<Statement>(`/v1/buyer/ledger/statement?currency=EUR&from=${from}&before=${before}`);
    const [opening, credited] = [first.total.amount, second.total.amount];
    const since = await timeNow();
    expect((await read(own, between, end)).accounts).toEqual([
      { kind: "customer_funds", opening: euro(opening), debited: euro(0), credited: euro(credited), closing: euro(opening + credited) },
    ]);
    expect((await read(own, since, since)).accounts).toEqual([
      { kind: "customer_funds", opening: euro(opening + credited), debited: euro(0), credited: euro(0), closing: euro(opening + credited) },
    ]);
    expect((await read(own, "2020-01-01T00:00:00Z", "2020-02-01T00:00:00Z")).accounts).toEqual([]);
    const transfers = await own.get<Journal>("/v1/buyer/ledger/transfers?currency=EUR");
    expect(transfers.items.map(({ debit, credit, amount }) => [debit, (credit as { kind: string }).kind, amount])).toEqual([
      [null, "customer_funds", { amount: credited, currency: "EUR" }],
      [null, "customer_funds", { amount: opening, currency: "EUR" }],
    ]);
    expect((await seller.get<Statement>(`/v1/seller/ledger/statement?currency=EUR&from=${between}&before=${end}`)).accounts).toEqual([]);
    expect((await seller.get<Journal>("/v1/seller/ledger/transfers")).items).toEqual([]);
  });

  test("are listed page by page, and whole as a file", async () => {
    const all = (await journal("?limit=200")).items;
    expect(all.length).toBeGreaterThan(5);
    const seen: unknown[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: Journal = await journal(`?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
      seen.push(...page.items);
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(all);
    const file = await send(market.origins()[0] ?? "", market.operator.request("GET", "/v1/operator/ledger/journal/export?format=ndjson"));
    const lines = file.body.toString("utf8").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(all);
    expect((await journal("?kind=receipt_booked&currency=EUR&limit=200")).items).toEqual(all);
    expect((await journal("?currency=SEK")).items).toEqual([]);
    const { items: banks } = await market.operator.get<{ items: readonly { id: string }[] }>("/v1/operator/ledger/accounts?kind=bank");
    const entries = await market.operator.get<Journal>(`/v1/operator/ledger/accounts/${banks[0]?.id}/entries?limit=200`);
    expect(entries.items.map(({ transaction, side }) => [transaction, side])).toEqual(all.map(({ transaction }) => [transaction, "debit"]));
  });

  test("know no account of both a company and a seller", async () => {
    const both = await market.operator.get<Journal>(`/v1/operator/ledger/accounts?company=${company.id}&seller=${seller.id}`);
    expect(both.items).toEqual([]);
  });
});
