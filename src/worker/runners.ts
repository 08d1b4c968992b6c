import type { IdSource } from "../kernel/ids.ts";
import { addMillis } from "../kernel/clock.ts";
import { rollUp } from "../modules/ledger/index.ts";
import { reminderRules } from "../modules/invoices/index.ts";
import { orderRules } from "../modules/orders/index.ts";
import { type Database, now, withFlowTransaction, withReader } from "../platform/db/index.ts";
import { purge } from "../platform/idempotency/index.ts";
import { overdue, readDueDeadlines, startSweeper } from "../platform/jobs/index.ts";
import { numberEvents, oldestUnnumbered, startSequencer } from "../platform/outbox/index.ts";
import {
  idempotencyRetentionDays,
  ledgerRollUpBatch,
  ledgerRollUpIntervalMillis,
  purgeBatch,
  purgeIntervalSeconds,
  sequencerBatch,
  sequencerIntervalMillis,
  type Settings,
  sweeperBatch,
  sweeperIntervalMillis,
} from "../platform/settings/index.ts";
import type { Logger, Metrics } from "../platform/telemetry/index.ts";
import { deadlineHandlers } from "./deadline-handlers.ts";
import { startRounds } from "./rounds.ts";

export type RunnersOptions = {
  readonly database: Database;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly newId: IdSource;
};

/** What goes on beside the requests. Any number of processes may do so: they take turns by locks in the database. */
export type Runners = {
  /** Says that something was committed, so that its events get their positions soon. */
  readonly wakeSequencer: () => void;
  /** What was found to be late when last looked at, in sentences; empty when nothing is. */
  readonly degraded: () => readonly string[];
  readonly stop: () => Promise<void>;
};

/** Batches of a purge, or of a roll-up of the books, in one round. */
const mostBatches = 20;

/** Transactions of the sweeper under way: of the three connections of the background one is left for the others. */
const deadlinesAtOnce = 2;

const dayMillis = 24 * 60 * 60 * 1_000;
const lookMillis = 5_000;
// Invariant O5 allows a deadline one minute; an event has its position within 300 ms when all is well.
const lateSeconds = 60;

/**
 * Starts numbering events, acting on deadlines, deleting answers past their time, adding to balances what was booked, and looking at how
 * far behind these are.
 */
export function startRunners({ database, settings, logger, metrics, newId }: RunnersOptions): Runners {
  const fullPass = settings.value(sequencerBatch);
  const sequencer = startSequencer({
    pass: () => withFlowTransaction(database, { role: "stoa_sequencer", locks: ["event_sequencer"] }, (tx) => numberEvents(tx, fullPass)),
    fullPass,
    everyMillis: settings.value(sequencerIntervalMillis),
    onFailure: (error) => {
      metrics.sequencer.failures.inc();
      logger.error({ error }, "a pass of the sequencer failed");
    },
    onNumbered: (count) => metrics.sequencer.numbered.inc(count),
  });

  const sweeper = startSweeper({
    readDue: (after, limit) => withReader(database, { role: "stoa_read" }, (reader) => readDueDeadlines(reader, after, limit)),
    ...deadlineHandlers({ database, newId, rules: orderRules(settings), reminders: reminderRules(settings) }),
    parallel: deadlinesAtOnce,
    everyMillis: settings.value(sweeperIntervalMillis),
    batch: settings.value(sweeperBatch),
    onFailure: (error, deadline) => {
      if (deadline !== undefined) metrics.deadlines.handled.inc({ kind: deadline.kind, outcome: "failed" });
      logger.error({ error, deadline: deadline?.kind, subject_id: deadline?.subjectId }, "a deadline was not acted on");
    },
    onApart: (error, [first]) => logger.warn({ error, deadline: first?.kind }, "deadlines are acted on one by one"),
    onHandled: ({ kind }, outcome) => {
      metrics.deadlines.handled.inc({ kind, outcome });
      if (outcome === "done") sequencer.wake();
    },
  });

  const purging = startRounds({
    everyMillis: settings.value(purgeIntervalSeconds) * 1_000,
    round: () => purgeAll(database, settings),
    onFailure: (error) => logger.error({ error }, "stored answers past their time were not deleted"),
  });

  const rollingUp = startRounds({
    everyMillis: settings.value(ledgerRollUpIntervalMillis),
    round: () => rollUpAll(database, settings.value(ledgerRollUpBatch)),
    onFailure: (error) => logger.error({ error }, "what was booked was not added to the balances"),
  });

  let behind: readonly string[] = [];
  const looking = startRounds({
    everyMillis: lookMillis,
    round: () =>
      withReader(database, { role: "stoa_read" }, async (reader) => {
        const [unnumbered, late] = [await oldestUnnumbered(reader), await overdue(reader)];
        metrics.sequencer.unnumbered.set(countOf(unnumbered.count));
        metrics.sequencer.oldestSeconds.set(unnumbered.seconds);
        metrics.deadlines.overdue.set(countOf(late.count));
        metrics.deadlines.oldestSeconds.set(late.seconds);
        behind = [
          ...(unnumbered.seconds > lateSeconds ? ["Events wait for their position for more than a minute."] : []),
          ...(late.seconds > lateSeconds ? ["Deadlines have been due for more than a minute."] : []),
        ];
      }),
    onFailure: (error) => logger.warn({ error }, "the queues could not be looked at"),
  });

  return {
    wakeSequencer: sequencer.wake,
    degraded: () => behind,
    stop: async () => {
      await Promise.all([purging.stop(), rollingUp.stop(), looking.stop(), sweeper.stop()]);
      // Last: those before it may still have made events.
      await sequencer.stop();
    },
  };
}

/** Deletes what is past its time, a transaction a batch. What a round leaves is the next one's: a round never keeps the end waiting. */
async function purgeAll(database: Database, settings: Settings): Promise<void> {
  const limit = settings.value(purgeBatch);
  for (let [deleted, batches] = [limit, 0]; deleted === limit && batches < mostBatches; batches += 1) {
    deleted = await withFlowTransaction(database, { role: "stoa_flow", locks: ["idempotency_key"] }, async (tx) =>
      purge(tx, addMillis(await now(tx), -settings.value(idempotencyRetentionDays) * dayMillis), limit),
    );
  }
}

/** Adds what was booked to the balances, a transaction a batch. What a round leaves is the next one's. */
async function rollUpAll(database: Database, limit: number): Promise<void> {
  for (let [added, batches] = [limit, 0]; added === limit && batches < mostBatches; batches += 1) {
    added = await withFlowTransaction(database, { role: "stoa_flow", locks: [] }, (tx) => rollUp(tx, limit));
  }
}

/** A count as a metric: a metric is a float by nature, and a count beyond 2^53 is as good as one. */
function countOf(count: bigint): number {
  return Number.parseInt(count.toString(), 10);
}
