import { type Caller, createCaller } from "../tests/support/caller.ts";
import { inParallel } from "./in-parallel.ts";
import { linesText } from "./lines.ts";
import { openShowroom } from "./showroom.ts";
import { listRequests } from "./list-requests.ts";
import { countStatements } from "./request-statements.ts";
import { percentile, quotient } from "./statistics.ts";
import type { Bench, Findings } from "./workloads.ts";

const rowsOfACall = 1_000;
const smallLines = 10;
const bigLines = 1_000;

/**
 * One seller brings 100,000 offers, 2,000 sellers stand in the market, and a checkout has 1,000 lines: what that costs beside small things,
 * and that no list needs more statements for it, nor for a full page than for one row.
 */
export async function big(bench: Bench): Promise<Findings> {
  const { stage, goods, say, sizes } = bench;
  const { importedOffers, sellers: manySellers, rows } = sizes.big;
  const origin = () => bench.server().url;
  const operator = stage.operatorAt(bench.server());
  const showroom = await openShowroom(goods, operator, origin, rows);
  const requests = listRequests(showroom);
  const before = await countStatements(stage.superuser, requests);
  say(`big: the statements of ${requests.size} lists are counted`);

  const ratio = await bigToSmall(bench, createCaller(origin, goods.buyers[0] ?? ""));
  const imported = await importOffers(showroom.callers.seller, importedOffers);
  say(`big: ${importedOffers} offers of one seller at ${imported.toFixed(0)}/s`);
  const sellers = await addSellers(operator, manySellers);
  say(`big: ${manySellers} sellers at ${sellers.toFixed(0)}/s`);
  await showroom.grow();
  await stage.superuser.query("analyze");

  const after = await countStatements(stage.superuser, requests);
  const differing = [...before].filter(([name, { one, many }]) => {
    const later = after.get(name);
    return one !== many || later?.one !== one || later.many !== one;
  });
  const short = [...after].filter(([name, counted]) => counted.rows < (requests.get(name)?.rows ?? Number.POSITIVE_INFINITY));
  say(`big: ${differing.length} of ${before.size} lists need other numbers of statements: ${JSON.stringify(differing)}`);
  if (short.length > 0) say(`big: lists that had no full page: ${JSON.stringify(short)}`);
  return {
    ...ratio,
    offers_imported: importedOffers,
    offers_imported_per_second: quotient(imported, 1, 0),
    sellers_added: manySellers,
    sellers_added_per_second: quotient(sellers, 1, 0),
    rows_of_a_full_page: rows,
    requests_counted: before.size,
    requests_without_a_full_page: short.length,
    requests_with_differing_statements: differing.length,
    statements_per_request: Object.fromEntries([...after].map(([name, { many }]) => [name, many])),
  };
}

/** What the same buyer waits for 1,000 lines and for 10, in turn. The median of each. */
async function bigToSmall({ goods, say, sizes }: Bench, buyer: Caller): Promise<Findings> {
  const offers = goods.offers.flat();
  const took = { small: [] as number[], big: [] as number[] };
  for (let index = 0; index < sizes.big.checkoutsOfEach; index += 1) {
    for (const [kind, lines] of [
      ["small", smallLines],
      ["big", bigLines],
    ] as const) {
      // From all sellers alike: every so-manieth offer, and another one each time.
      const step = Math.floor(offers.length / lines);
      const chosen = Array.from({ length: lines }, (_, line) => offers[(line * step + index) % offers.length]).filter(
        (each) => each !== undefined,
      );
      const body = {
        client_reference: `${kind}-${index}`,
        currency: "EUR",
        payment_method: "on_account",
        lines: JSON.parse(linesText(chosen)) as unknown,
      };
      const began = performance.now();
      await buyer.post("/v1/buyer/checkouts", body);
      took[kind].push(performance.now() - began);
    }
  }
  const median = (millis: number[]) =>
    percentile(
      millis.toSorted((a, b) => a - b),
      0.5,
    );
  const [small, large] = [median(took.small), median(took.big)];
  say(`big: ${bigLines} lines in ${large.toFixed(1)} ms, ${smallLines} lines in ${small.toFixed(1)} ms`);
  return {
    big_to_small: quotient(large, small),
    p50_millis_10_lines: quotient(small, 1, 1),
    p50_millis_1000_lines: quotient(large, 1, 1),
  };
}

/** The offers of one seller, a thousand a call. Gives how many a second. */
async function importOffers(seller: Caller, importedOffers: number): Promise<number> {
  const began = performance.now();
  for (let from = 0; from < importedOffers; from += rowsOfACall) {
    const offers = Array.from({ length: rowsOfACall }, (_, index) => ({
      reference: `imported-${from + index}`,
      sku: "UNIT-1",
      currency: "EUR",
      unit_price: { amount: 1_000 + ((from + index) % 900), currency: "EUR" },
      tax_category: "standard",
    }));
    const { results } = await seller.post<{ results: { ok: boolean }[] }>("/v1/seller/offers/bulk", { offers });
    if (!results.every(({ ok }) => ok)) throw new Error("an offer was left out");
  }
  return importedOffers / ((performance.now() - began) / 1_000);
}

async function addSellers(operator: Caller, manySellers: number): Promise<number> {
  const began = performance.now();
  await inParallel(manySellers, (index) =>
    operator.post("/v1/operator/sellers", {
      name: `small seller ${index}`,
      address: { street: "Kai 1", city: "Hamburg", postal_code: "20457", country: "DE" },
      contact: { name: "Kim Meyer", email: "kim@example.com" },
      tax_number: `DE${200_000_000 + index}`,
      mandate: true,
      series_prefix: `Z${index.toString(36).toUpperCase()}`,
      activate: true,
    }),
  );
  return manySellers / ((performance.now() - began) / 1_000);
}
