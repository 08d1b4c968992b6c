import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf } from "../support/caller.ts";
import { jsonOf, send } from "../support/barrier.ts";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { camtFile } from "../support/bank-statement.ts";
import { bankOf, bookedOn, csvFile, eur, freeFunds, type Imported, statementRows } from "./bank-stories.ts";
import { type Shipping, shippingOf } from "./shipment-stories.ts";

type Invoice = { readonly id: string; readonly number: string; readonly state: string; readonly open: { readonly amount: number } };

let market: OwnMarket;
let seller: Seller;
let company: Company;
let shipping: Shipping;
beforeAll(async () => {
  market = await openMarket({ servers: 2 });
  [seller, company] = await Promise.all([market.seller(), market.company()]);
  shipping = shippingOf(market, seller, company);
});
afterAll(() => market?.close());

/** An invoice of 35.70 EUR on account. */
async function invoice(by = shipping): Promise<Invoice> {
  const { order } = await by.accepted(3);
  await by.shipped(order, [[1, 3]]);
  const { items } = await seller.get<{ items: Invoice[] }>(`/v1/seller/invoices?order=${order}`);
  const [only] = items;
  if (only === undefined) throw new Error("a parcel that left was not invoiced");
  return only;
}

const now = (id: string) => company.get<Invoice>(`/v1/buyer/invoices/${id}`);

describe("A line that names an invoice", () => {
  test("settles it whole, frees the company's credit and releases the seller's share", async () => {
    const bank = bankOf(market, "DE01000000000000000001");
    const due = await invoice();
    const credit = await market.creditUsed(company);
    const payable = await bookedOn(market, "payable");
    const { imported, lines } = await bank.told({ amount: due.open.amount, text: `Invoice ${due.number}` });
    expect(imported.lines).toEqual({ known: 0, new: 1, matched: 1, unmatched: 0, recorded: 0, undone: 0 });
    expect(lines).toMatchObject([{ state: "matched", allocations: [{ target: "invoice", id: due.id, amount: eur(due.open.amount) }] }]);
    expect(await now(due.id)).toMatchObject({ state: "settled", open: { amount: 0 } });
    expect(await market.creditUsed(company)).toBe(credit - due.open.amount);
    expect((await bookedOn(market, "payable")) - payable).toBe(due.open.amount);
  });

  test("settles a part of it, and what is too much becomes free funds", async () => {
    const bank = bankOf(market, "DE01000000000000000002");
    const due = await invoice();
    const free = await freeFunds(market, company.id);
    await bank.told({ amount: 1_000, text: due.number });
    expect(await now(due.id)).toMatchObject({ state: "partially_settled", open: { amount: due.open.amount - 1_000 } });
    const { lines } = await bank.told({ amount: due.open.amount, text: due.number });
    expect(await now(due.id)).toMatchObject({ state: "settled" });
    expect(lines).toMatchObject([
      {
        allocations: [
          { target: "invoice", amount: eur(due.open.amount - 1_000) },
          { target: "company", amount: eur(1_000) },
        ],
      },
    ]);
    expect((await freeFunds(market, company.id)) - free).toBe(1_000);
    expect(await company.get("/v1/buyer/funds")).toMatchObject({ items: [{ currency: "EUR", checkout: null }] });
  });

  test("of two companies alike, or of nobody, waits", async () => {
    const bank = bankOf(market, "DE01000000000000000003");
    const other = await market.company();
    const waiting = await bookedOn(market, "unmatched");
    const [mine, theirs] = [await invoice(), await invoice(shippingOf(market, seller, other))];
    const { imported, lines } = await bank.told(
      { amount: 100, text: `${mine.number} and ${theirs.number}` },
      { amount: 200, text: "thank you" },
      { amount: 300, text: "order 123456" },
      { amount: -400, text: "office rent" },
    );
    expect(imported.lines).toMatchObject({ matched: 0, unmatched: 4 });
    expect(lines.map(({ reason }) => reason)).toEqual(["several_companies", "no_reference", "reference_unknown", "outgoing"]);
    expect((await bookedOn(market, "unmatched")) - waiting).toBe(200);
  });
});

describe("A file", () => {
  test("that comes again brings nothing new, and one that overlaps it brings what is new alone", async () => {
    const bank = bankOf(market, "DE01000000000000000004");
    const [one, two, three] = [1_100, 1_200, 1_300].map((amount) => ({ amount, reference: bank.reference(), text: "thank you" }));
    const first = csvFile(statementRows(bank.account, "A", [one!, two!]));
    const overlapping = csvFile(statementRows(bank.account, "B", [two!, three!], 1_100));
    expect(await bank.import(first)).toMatchObject({ statements: [{ continuity: "first" }], lines: { new: 2, known: 0 } });
    expect(await bank.import(first)).toMatchObject({ statements: [], known_statements: 1, lines: { new: 0 } });
    expect(await bank.import(overlapping)).toMatchObject({
      statements: [{ continuity: "continues", new: 1 }],
      lines: { new: 1, known: 1 },
    });
    expect(await bank.lines()).toHaveLength(3);
  });

  test("after which one is missing is taken, and says by how much it does not lead on", async () => {
    const bank = bankOf(market, "DE01000000000000000005");
    await bank.told({ amount: 1_000 });
    bank.file([{ amount: 250 }]);
    const { imported } = await bank.told({ amount: 500 });
    expect(imported.statements).toMatchObject([{ continuity: "breaks", difference: eur(250) }]);
    expect((await bank.lines()).length).toBe(2);
    const { items } = await market.operator.get<{ items: object[] }>(`/v1/operator/bank-statements?account=${bank.account}`);
    expect(items).toMatchObject([{ continuity: "breaks" }, { continuity: "first" }]);
  });

  test("of camt.053 is read as one of CSV is", async () => {
    const entry = { amount: "12.34", reference: "CAMT-1", details: "<TxDtls><RmtInf><Ustrd>thank you</Ustrd></RmtInf></TxDtls>" };
    const text = Buffer.from(camtFile("08", "1012.34", [entry])).toString("utf8");
    const imported = await market.operator.post<Imported>("/v1/operator/bank-statements", { format: "camt053", text });
    expect(imported.lines).toMatchObject({ new: 1, unmatched: 1 });
  });

  test("that cannot be read, or does not add up, is refused whole", async () => {
    const bank = bankOf(market, "DE01000000000000000006");
    const importing = (text: string) => market.operator.send("POST", "/v1/operator/bank-statements", { format: "csv", text });
    const whole = bank.file([{ amount: 1_000 }]);
    expect(codeOf(await importing(whole.replace("entry", "entrance")))).toBe("bank-statement-unreadable");
    expect(
      codeOf(
        await importing(
          whole.replace(
            "closing,S-1,DE01000000000000000006,EUR,2026-01-15,10.00",
            "closing,S-1,DE01000000000000000006,EUR,2026-01-15,11.00",
          ),
        ),
      ),
    ).toBe("bank-statement-unbalanced");
    expect(await bank.lines()).toEqual([]);
  });

  test("of more lines than one import takes goes on when it is sent again, and each line counts once", async () => {
    const bank = bankOf(market, "DE01000000000000000007");
    const file = bank.file(Array.from({ length: 2_100 }, (_, index) => ({ amount: 100 + index })));
    expect(await bank.import(file)).toMatchObject({
      statements: [{ continuity: null, taken: 2_000 }],
      remaining: { lines: 100, statements: 1 },
    });
    expect(await bank.import(file)).toMatchObject({
      statements: [{ continuity: "first", taken: 2_100, new: 2_100 }],
      lines: { new: 100, known: 0 },
      remaining: { lines: 0 },
    });
    expect(await bank.import(file)).toMatchObject({ statements: [], known_statements: 1, lines: { new: 0 } });
  });

  test("that two servers are sent at once counts once", async () => {
    const bank = bankOf(market, "DE01000000000000000008");
    const due = await invoice();
    const file = bank.file([
      { amount: due.open.amount, text: due.number },
      { amount: 700, text: "thank you" },
    ]);
    const answers = await Promise.all(market.origins().map((origin) => send(origin, bank.request(file))));
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(answers.map((answer) => (jsonOf(answer) as Imported).lines.new).toSorted()).toEqual([0, 2]);
    expect(await now(due.id)).toMatchObject({ state: "settled" });
    expect(await bank.lines()).toHaveLength(2);
  });
});

describe("What the bank takes back", () => {
  test("undoes the settlement by an opposite one: the invoice is owed and the credit used again", async () => {
    const bank = bankOf(market, "DE01000000000000000009");
    const due = await invoice();
    const credit = await market.creditUsed(company);
    const reference = bank.reference();
    await bank.told({ amount: due.open.amount, text: due.number, reference });
    const { imported, lines } = await bank.told({ amount: -due.open.amount, reference, reversal: true });
    expect(imported.lines).toMatchObject({ matched: 1, unmatched: 0 });
    expect(lines).toMatchObject([{ state: "matched", allocations: [{ target: "receipt" }] }]);
    expect(await now(due.id)).toMatchObject({ state: "issued", open: { amount: due.open.amount } });
    expect(await market.creditUsed(company)).toBe(credit);
    expect((await bank.lines("&state=undone")).map(({ allocations }) => allocations.length)).toEqual([2]);
    // It can be paid again.
    await bank.told({ amount: due.open.amount, text: due.number });
    expect(await now(due.id)).toMatchObject({ state: "settled" });
  });

  test("in the same file as it came settles nothing", async () => {
    const bank = bankOf(market, "DE01000000000000000010");
    const due = await invoice();
    const reference = bank.reference();
    const { imported } = await bank.told(
      { amount: due.open.amount, text: due.number, reference },
      { amount: -due.open.amount, reference, reversal: true },
      { amount: due.open.amount, text: due.number },
    );
    expect(imported.lines).toMatchObject({ matched: 2, undone: 1, unmatched: 0 });
    expect(await now(due.id)).toMatchObject({ state: "settled" });
  });

  test("can be paid again: one file with the return and the new payment settles as a file for each does", async () => {
    const told = async (account: string, together: boolean) => {
      const bank = bankOf(market, account);
      const buyer = await market.company();
      const due = await invoice(shippingOf(market, seller, buyer));
      const [amount, reference] = [due.open.amount, bank.reference()];
      await bank.told({ amount, text: due.number, reference });
      const later = [
        { amount: -amount, reference, reversal: true },
        { amount, text: due.number },
      ];
      for (const entries of together ? [later] : later.map((entry) => [entry])) await bank.told(...entries);
      const { state, open } = await buyer.get<Invoice>(`/v1/buyer/invoices/${due.id}`);
      const lines = (await bank.lines()).map((line) => [line.state, line.allocations.map(({ target }) => target)]);
      return { state, open, lines, free: await freeFunds(market, buyer.id), used: await market.creditUsed(buyer) };
    };
    const together = await told("DE01000000000000000016", true);
    expect(together).toMatchObject({ state: "settled", open: { amount: 0 }, free: 0, used: 0 });
    expect(together).toEqual(await told("DE01000000000000000017", false));
    expect((await market.doctor()).violations).toEqual([]);
  });

  test("waits where the money has gone on, and where nobody knows what it takes back", async () => {
    const bank = bankOf(market, "DE01000000000000000011");
    const other = await market.company();
    const reference = bank.reference();
    const { lines } = await bank.told({ amount: 900, text: "thank you", reference });
    await bank.assign(lines[0]?.id ?? "", [{ company: other.id, amount: eur(900) }]);
    const path = `/v1/operator/companies/${other.id}/funds/send-back`;
    await market.operator.post(path, { bank_reference: bank.reference(), amount: eur(500), reason: "asked for" });
    const back = await bank.told({ amount: -900, reference, reversal: true }, { amount: -333, reversal: true });
    expect(back.lines.map(({ state, reason }) => [state, reason])).toEqual([
      ["unmatched", "funds_used"],
      ["unmatched", "original_unknown"],
    ]);
    expect(await freeFunds(market, other.id)).toBe(400);
  });
});

describe("A line that waits", () => {
  test("is assigned in parts, to what its money fits alone", async () => {
    const bank = bankOf(market, "DE01000000000000000012");
    const due = await invoice();
    const { lines } = await bank.told({ amount: 10_000, text: "thank you" });
    const id = lines[0]?.id ?? "";
    expect(codeOf(await bank.assign(id, [{ company: company.id, amount: eur(10_001) }]))).toBe("funds-short");
    expect(jsonOf(await bank.assign(id, [{ invoice: due.id, amount: eur(due.open.amount + 1) }]))).toMatchObject({
      ...{ code: "allocation-refused", errors: [{ pointer: "/allocations/0", reason: "more_than_open" }] },
    });
    expect(jsonOf(await bank.assign(id, [{ company: company.id, amount: { amount: 1, currency: "SEK" } }]))).toMatchObject({
      errors: [{ reason: "currency_differs" }],
    });
    const part = { company: company.id, amount: eur(1) };
    expect(jsonOf(await bank.assign(id, [part, part]))).toMatchObject({ errors: [{ pointer: "/allocations/1", reason: "twice" }] });
    expect(codeOf(await bank.assign(id, [{ seller: seller.id.replace("sel_01", "sel_00"), amount: eur(1) }]))).toBe("unknown-reference");
    expect(jsonOf(await bank.assign(id, [{ invoice: due.id, amount: eur(due.open.amount) }]))).toMatchObject({
      ...{ state: "unmatched", unallocated: eur(10_000 - due.open.amount) },
    });
    expect(await now(due.id)).toMatchObject({ state: "settled" });
    const rest = [
      { company: company.id, amount: eur(1_430) },
      { seller: seller.id, amount: eur(5_000) },
    ];
    expect(jsonOf(await bank.assign(id, rest))).toMatchObject({ state: "assigned", unallocated: eur(0), allocations: [{}, {}, {}] });
    expect(codeOf(await bank.assign(id, rest))).toBe("state-conflict");
  });

  test("is sent back, and the statement that tells the transfer has no second effect", async () => {
    const bank = bankOf(market, "DE01000000000000000013");
    const { lines } = await bank.told({ amount: 4_200, text: "thank you" });
    const waiting = await bookedOn(market, "unmatched");
    const reference = bank.reference();
    expect(jsonOf(await bank.sendBack(lines[0]?.id ?? "", reference))).toMatchObject({
      state: "sent_back",
      allocations: [{ target: "sent_back" }],
    });
    expect(waiting - (await bookedOn(market, "unmatched"))).toBe(4_200);
    const held = await bookedOn(market, "bank");
    const told = await bank.told({ amount: -4_200, reference });
    expect(told.imported.lines).toMatchObject({ new: 1, recorded: 1, unmatched: 0 });
    expect(await bookedOn(market, "bank")).toBe(held);
    expect(codeOf(await bank.sendBack(lines[0]?.id ?? "", bank.reference()))).toBe("state-conflict");
  });

  test("is sent back by a transfer that the bank has told before", async () => {
    const bank = bankOf(market, "DE01000000000000000014");
    const before = await bookedOn(market, "unmatched");
    const reference = bank.reference();
    const { lines } = await bank.told({ amount: 4_300, text: "thank you" }, { amount: -4_300, reference });
    expect(jsonOf(await bank.sendBack(lines[0]?.id ?? "", reference))).toMatchObject({ state: "sent_back" });
    expect((await bank.lines()).map(({ state }) => state).toSorted()).toEqual(["assigned", "sent_back"]);
    expect(await bookedOn(market, "unmatched")).toBe(before);
    expect(codeOf(await bank.sendBack(lines[1]?.id ?? "", bank.reference()))).toBe("state-conflict");
  });
});

describe("Free funds", () => {
  test("settle the oldest open invoices as far as they go, and the rest is sent back", async () => {
    const bank = bankOf(market, "DE01000000000000000015");
    const buyer = await market.company();
    const theirs = shippingOf(market, seller, buyer);
    const [older, newer] = [await invoice(theirs), await invoice(theirs)];
    const { lines } = await bank.told({ amount: older.open.amount + 1_000, text: "thank you" });
    await bank.assign(lines[0]?.id ?? "", [{ company: buyer.id, amount: eur(older.open.amount + 1_000) }]);
    const path = `/v1/operator/companies/${buyer.id}/funds`;
    const applied = await market.operator.post(`${path}/apply`, { currency: "EUR" });
    expect(applied).toMatchObject({
      left: eur(0),
      invoices: [
        { id: older.id, amount: eur(older.open.amount) },
        { id: newer.id, amount: eur(1_000) },
      ],
    });
    expect(await market.creditUsed(buyer)).toBe(newer.open.amount - 1_000);
    const back = { bank_reference: bank.reference(), amount: eur(1), reason: "asked for" };
    expect(jsonOf(await market.operator.send("POST", `${path}/send-back`, back))).toMatchObject({ code: "funds-short", available: eur(0) });
  });
});

test("after all of it the market is sound", async () => {
  expect((await market.doctor()).violations).toEqual([]);
});
