import { afterAll, beforeAll, expect, test } from "vitest";
import { type Offer, openMarket, type OwnMarket, type PlaceOptions } from "../support/market.ts";
import type { WireStatement } from "../support/wire.ts";
import { readDocument } from "./documents.ts";

let market: OwnMarket;
let offers: readonly Offer[];

beforeAll(async () => {
  market = await openMarket({ wire: true });
  offers = [await (await market.seller()).offer(), await (await market.seller()).offer()];
});
afterAll(() => market.close());

/** What ARCHITECTURE.md says is found in each statement of a placing, in order. */
function described(): string[] {
  const [, chapter = ""] = readDocument("ARCHITECTURE.md").split("## How one order is placed");
  return [...chapter.matchAll(/^\| (\d+) \| `([^`]+)` \|/gm)].map(([, number, words], index) => {
    expect(Number(number), "the statements are numbered one by one").toBe(index + 1);
    return words ?? "";
  });
}

/** The statements of the one connection that wrote a checkout, from begin to commit. */
async function statementsOfPlacing(method: NonNullable<PlaceOptions["method"]>): Promise<string[]> {
  const company = await market.company();
  const wire = market.wire;
  if (wire === undefined) throw new Error("the market was opened with a wire");
  wire.forget();
  await company.placed(
    offers.map((offer) => ({ offer, quantity: 1 })),
    { method },
  );
  const seen: readonly WireStatement[] = wire.statements();
  const lane = seen.find(({ sql }) => sql.includes("insert into checkouts"))?.connection;
  return seen.filter(({ connection }) => connection === lane).map(({ sql }) => sql.replaceAll(/\s+/g, " ").trim());
}

test("The statements of a placing on account are those of ARCHITECTURE.md, in its order", async () => {
  const words = described();
  const statements = await statementsOfPlacing("on_account");
  expect(statements).toHaveLength(words.length);
  for (const [index, statement] of statements.entries()) expect(statement).toContain(words[index]);
});

test("By bank transfer nothing is charged", async () => {
  const words = described().filter((each) => !each.startsWith("update credit_accounts"));
  const statements = await statementsOfPlacing("bank_transfer");
  expect(statements).toHaveLength(words.length);
  for (const [index, statement] of statements.entries()) expect(statement).toContain(words[index]);
});
