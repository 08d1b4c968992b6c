import type { ServerProcess } from "../tests/support/server.ts";
import { recordBatches } from "./batches.ts";
import type { Goods } from "./goods.ts";
import { knownIds, runLimit, scriptsOf } from "./limit.ts";
import { checkoutLines, createRandom, linesText } from "./lines.ts";
import type { Loader } from "./loader.ts";
import { type Figures, figuresOf, type Measured, measure } from "./measure.ts";
import type { Sizes } from "./sizes.ts";
import type { Stage } from "./stage.ts";
import { statementName } from "./statement-names.ts";
import { quotient } from "./statistics.ts";

/** What a workload found, by name. Numbers, and the statements of a batch. */
export type Findings = { readonly [name: string]: number | Record<string, number> | readonly { name: string; calls: number }[] };

export type Bench = {
  readonly stage: Stage;
  readonly goods: Goods;
  readonly sizes: Sizes;
  readonly loader: Loader;
  /** The server that runs now. */
  readonly server: () => ServerProcess;
  readonly stopServer: () => Promise<void>;
  readonly startServer: () => Promise<void>;
  /** How long each figure is timed, all rounds together. */
  readonly seconds: number;
  readonly say: (line: string) => void;
};

export const rounds = 2;
const buyersOfPlace = [1, 8, 32, 128] as const;
export const usualBuyers = 32;
const hotBuyers = [32, 128] as const;
const scarceUnits = 300;
const batchesOfLimit = 24;
/** What 32 buyers make of two lanes: while 16 are under way in one, 16 are in the other. */
const checkoutsOfABatch = 16;

/** A kind of load: who buys and what. */
export type Load = { readonly name: string; readonly buyers: number; readonly lines: readonly string[] };

/** Runs loads in turn, several rounds, so that what else the machine does at a time falls on all of them. */
async function inTurn(bench: Bench, loads: readonly Load[]): Promise<Map<Load, Figures>> {
  const runs = new Map<Load, Measured[]>(loads.map((load) => [load, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const load of loads) runs.get(load)?.push(await run(bench, load, bench.seconds / rounds));
  }
  return new Map([...runs].map(([load, measured]) => [load, figuresOf(measured)]));
}

export async function run(bench: Bench, { name, buyers, lines }: Load, seconds: number): Promise<Measured> {
  const { stage, loader, goods } = bench;
  const measured = await measure({ stage, loader, server: bench.server() }, { buyers: goods.buyers.slice(0, buyers), lines, seconds });
  const { perSecond, p50, p99 } = figuresOf([measured]);
  bench.say(`${name}, ${buyers} buyers: ${perSecond.toFixed(0)} orders/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
  return measured;
}

export function linesOf({ goods }: Bench, sellers: 1 | 3): string[] {
  return checkoutLines({ offers: goods.offers, sellers, random: createRandom(sellers) });
}

/** Checkouts of three lines of three sellers over all offers, by ever more buyers. */
export async function place(bench: Bench): Promise<Findings> {
  const lines = linesOf(bench, 3);
  const loads = buyersOfPlace.map((buyers) => ({ name: "place", buyers, lines }));
  const figures = await inTurn(bench, loads);
  const of = (buyers: number): Figures => {
    const load = loads.find((each) => each.buyers === buyers);
    const found = load === undefined ? undefined : figures.get(load);
    if (found === undefined) throw new Error(`nothing was measured with ${buyers} buyers`);
    return found;
  };
  const usual = of(usualBuyers);
  const ofOneSeller = figuresOf([
    await run(bench, { name: "place, one seller", buyers: usualBuyers, lines: linesOf(bench, 1) }, bench.seconds / rounds),
  ]);
  const batches = await recordBatches({ ...bench, lines }, [1, 200]);
  const [, large] = batches;
  return {
    coalescing: quotient(usual.perSecond, of(1).perSecond),
    commits_per_order: usual.commitsPerOrder,
    sequencer_commits_per_order: usual.sequencerCommitsPerOrder,
    all_commits_per_order: usual.allCommitsPerOrder,
    checkouts_per_batch: quotient(1, usual.commitsPerOrder, 1),
    statements_per_batch: Object.fromEntries(batches.map(({ checkouts, statements }) => [String(checkouts), statements.length])),
    statements: countedByName(large?.statements ?? []),
    ...Object.fromEntries(
      buyersOfPlace.flatMap((buyers) => {
        const { perSecond, p50, p95, p99 } = of(buyers);
        return [
          [`orders_per_second_${buyers}`, perSecond],
          [`p50_millis_${buyers}`, p50],
          [`p95_millis_${buyers}`, p95],
          [`p99_millis_${buyers}`, p99],
        ];
      }),
    ),
    wal_bytes_per_checkout_of_3_sellers: usual.laneWalBytesPerOrder,
    wal_bytes_per_checkout_of_1_seller: ofOneSeller.laneWalBytesPerOrder,
    wal_bytes_per_checkout_of_3_sellers_with_sequencer: usual.walBytesPerOrder,
    wal_bytes_per_checkout_of_1_seller_with_sequencer: ofOneSeller.walBytesPerOrder,
    server_cpu_millis_per_order_1: of(1).serverMillisPerOrder,
    database_cpu_millis_per_order_1: of(1).databaseMillisPerOrder,
    server_cpu_millis_per_order_32: usual.serverMillisPerOrder,
    database_cpu_millis_per_order_32: usual.databaseMillisPerOrder,
    load_cpu_millis_per_order_32: usual.loadMillisPerOrder,
  };
}

function countedByName(statements: readonly { readonly text: string }[]): { name: string; calls: number }[] {
  const calls = new Map<string, number>();
  for (const { text } of statements) calls.set(statementName(text), (calls.get(statementName(text)) ?? 0) + 1);
  return [...calls].map(([name, count]) => ({ name, calls: count }));
}

/** The same, one line of each checkout being of one and the same offer; then an offer with less stock than demand. */
export async function hot(bench: Bench): Promise<Findings> {
  const ample = await bench.goods.offer(100_000_000);
  const cold: Load = { name: "place", buyers: usualBuyers, lines: linesOf(bench, 3) };
  const lines = checkoutLines({ offers: bench.goods.offers, sellers: 3, always: ample, random: createRandom(4) });
  const [usual, crowd] = hotBuyers.map((buyers): Load => ({ name: "hot", buyers, lines }));
  if (usual === undefined || crowd === undefined) throw new Error("there are two numbers of buyers");
  const figures = await inTurn(bench, [cold, usual, crowd]);
  const perSecond = (load: Load): number => figures.get(load)?.perSecond ?? 0;
  return {
    hot_to_place: quotient(perSecond(usual), perSecond(cold)),
    hot_128_to_32: quotient(perSecond(crowd), perSecond(usual)),
    hot_orders_per_second_32: perSecond(usual),
    hot_orders_per_second_128: perSecond(crowd),
    hot_commits_per_order: figures.get(usual)?.commitsPerOrder ?? 0,
    ...(await sellOut(bench)),
  };
}

/** Twice as much is asked for as there is: exactly what there is must be sold. */
async function sellOut(bench: Bench): Promise<Findings> {
  const offer = await bench.goods.offer(scarceUnits);
  const { stage, loader, goods } = bench;
  const { load } = await measure(
    { stage, loader, server: bench.server() },
    {
      buyers: goods.buyers.slice(0, usualBuyers),
      lines: [linesText([offer])],
      seconds: 60,
      requests: 2 * scarceUnits,
    },
  );
  const { onHand, reserved } = await goods.stock(offer);
  const refused = load.answers["409 stock-short"] ?? 0;
  bench.say(`hot, ${onHand} units and ${2 * scarceUnits} asked for: ${load.placed} sold, ${refused} refused, ${reserved} promised`);
  const sold = Math.max(load.placed, reserved);
  return {
    scarce_units: scarceUnits,
    scarce_asked: 2 * scarceUnits,
    scarce_sold: load.placed,
    scarce_reserved: reserved,
    scarce_refused: refused,
    oversold: Math.max(0, sold - scarceUnits),
    undersold: Math.max(0, scarceUnits - Math.min(load.placed, reserved)),
  };
}

/** The statements of real batches from a script, straight against the database; the server is down meanwhile. */
export async function limit(bench: Bench): Promise<Findings> {
  const { stage } = bench;
  const lines = linesOf(bench, 3);
  const batches = await recordBatches(
    { ...bench, lines },
    Array.from({ length: batchesOfLimit }, () => checkoutsOfABatch),
  );
  const scripts = scriptsOf(batches, await knownIds(stage.superuser));
  const placed: Measured[] = [];
  const limits: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    placed.push(await run(bench, { name: "place", buyers: usualBuyers, lines }, bench.seconds / rounds));
    await bench.stopServer();
    const { placedPerSecond } = await runLimit(stage.url, scripts, bench.seconds / rounds);
    bench.say(`limit, batches of ${checkoutsOfABatch}: ${placedPerSecond.toFixed(0)} orders/s`);
    limits.push(placedPerSecond);
    await bench.startServer();
  }
  const physical = limits.reduce((sum, each) => sum + each, 0) / limits.length;
  return {
    limit_orders_per_second: quotient(physical, 1, 1),
    place_to_limit: quotient(figuresOf(placed).perSecond, physical),
  };
}
