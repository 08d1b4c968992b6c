import { randomBytes } from "node:crypto";
import type { ServerProcess } from "../tests/support/server.ts";
import { callsOf, type DatabaseWork, readStatistics, workBetween } from "./database-statistics.ts";
import type { LoadResult } from "./load.ts";
import type { Loader } from "./loader.ts";
import { processorTime } from "./processor-time.ts";
import type { Stage } from "./stage.ts";
import { percentile, quotient } from "./statistics.ts";

/** One run of the load, and what server and database did for it. */
export type Measured = {
  readonly load: LoadResult;
  readonly database: DatabaseWork;
  readonly serverMillis: number;
  readonly databaseMillis: number;
};

export type Means = { readonly stage: Stage; readonly server: ServerProcess; readonly loader: Loader };

export type Run = {
  readonly buyers: readonly string[];
  readonly lines: readonly string[];
  readonly seconds: number;
  readonly requests?: number;
};

/** Share of a run's seconds that is not timed: the buyers' keys are looked up, the lanes fill. */
const warmShare = 0.15;

/** A name for a run that no other has; the places of `parameters.ts` know it by its form. */
export const runName = (): string => `bench-${randomBytes(4).toString("hex")}`;

/** Runs the load once. Every answer must be a placed checkout or a refusal for want of stock. */
export async function measure({ stage, server, loader }: Means, run: Run): Promise<Measured> {
  const pids = { server: server.pid, postmaster: stage.postmaster };
  const before = await readStatistics(stage.superuser);
  const usedBefore = processorTime(pids);
  const load = await loader.run({ origin: server.url, run: runName(), warmSeconds: run.seconds * warmShare, ...run });
  const used = processorTime(pids);
  const database = workBetween(before, await readStatistics(stage.superuser));
  const odd = Object.keys(load.answers).filter((answer) => answer !== "201" && answer !== "409 stock-short");
  if (odd.length > 0) throw new Error(`the load met ${JSON.stringify(load.answers)}\n${server.logs().slice(-10).join("\n")}`);
  return { load, database, serverMillis: used.server - usedBefore.server, databaseMillis: used.database - usedBefore.database };
}

/** Several runs of the same load as one. */
export type Figures = {
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly commitsPerOrder: number;
  readonly sequencerCommitsPerOrder: number;
  readonly allCommitsPerOrder: number;
  readonly serverMillisPerOrder: number;
  readonly databaseMillisPerOrder: number;
  readonly loadMillisPerOrder: number;
  readonly walBytesPerOrder: number;
  readonly laneWalBytesPerOrder: number;
};

/** Puts runs together: rates and shares over all of them, percentiles over all their answers. */
export function figuresOf(runs: readonly Measured[]): Figures {
  const sum = (of: (run: Measured) => number): number => runs.reduce((total, run) => total + of(run), 0);
  const placed = sum(({ load }) => load.placed);
  const latencies = Float64Array.from(runs.flatMap(({ load }) => load.latencies)).sort();
  const perOrder = (of: (run: Measured) => number, decimals = 3): number => quotient(sum(of), placed, decimals);
  const at = (share: number): number => quotient(percentile(latencies, share), 1, 1);
  return {
    perSecond: quotient(
      sum(({ load }) => load.timedPlaced),
      sum(({ load }) => load.timedSeconds),
      1,
    ),
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    // A transaction that places says "insert into checkouts" exactly once, so its calls are the commits of the lanes.
    commitsPerOrder: perOrder(({ database }) => callsOf(database, "checkouts"), 4),
    sequencerCommitsPerOrder: perOrder(({ database }) => callsOf(database, "sequencer"), 4),
    allCommitsPerOrder: perOrder(({ database }) => callsOf(database, "commit"), 4),
    serverMillisPerOrder: perOrder(({ serverMillis }) => serverMillis),
    databaseMillisPerOrder: perOrder(({ databaseMillis }) => databaseMillis),
    loadMillisPerOrder: perOrder(({ load }) => load.cpuMillis),
    walBytesPerOrder: perOrder(({ database }) => database.walBytes, 0),
    laneWalBytesPerOrder: perOrder(({ database }) => laneWalBytes(database), 0),
  };
}

/** What the placing itself wrote, without the sequencer. */
function laneWalBytes({ statements }: DatabaseWork): number {
  return [...statements].filter(([name]) => name.startsWith("stoa_flow: ")).reduce((sum, [, { walBytes }]) => sum + walBytes, 0);
}
