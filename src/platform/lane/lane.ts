import type { Refusal } from "../../kernel/refusal.ts";
import { Refused } from "../../kernel/refusal.ts";
import { isLockTimeout, type Statement, type Transaction } from "../db/index.ts";
import { type BatchBounds, takeBatch, type Weighed } from "./queue.ts";

/** A command as the lanes see it. What it says is the domain's; `weight` is counted against a batch, `party` is for whom it is. */
export type LaneCommand<Payload> = Weighed & { readonly payload: Payload };

/** What claiming found out about a command: it may be judged now, somebody else is at it, or it is settled already. */
export type ClaimOutcome<Answer> =
  | { readonly kind: "mine" }
  | { readonly kind: "busy" }
  | { readonly kind: "settled"; readonly settled: Settled<Answer> };

/** What became of a command. An answer is stored; `replayed` says that it was before. A refusal that is not stored comes as an error. */
export type Settled<Answer> =
  | { readonly kind: "answered"; readonly answer: Answer; readonly replayed: boolean }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "mismatch" }
  | { readonly kind: "busy" };

/** What a batch was found to be, and the writes that make it true; they are sent together with the commit. */
export type Judged<Answer> = { readonly settled: readonly Settled<Answer>[]; readonly writes: readonly Statement[] };

/** The domain's part in a lane, given by main.ts. Each is called within one transaction, in this order. */
export type LaneSteps<Payload, Answer> = {
  /** Opens a transaction for the work of one batch. */
  readonly transact: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
  /** Claims the commands' keys, without waiting. */
  readonly claim: (tx: Transaction, payloads: readonly Payload[]) => Promise<readonly ClaimOutcome<Answer>[]>;
  /** Which commands' rows can be locked now; it locks them. Asked only after a lock time-out. */
  readonly obtainable: (tx: Transaction, payloads: readonly Payload[]) => Promise<readonly boolean[]>;
  /** Locks, reads and judges; gives the outcomes in order, rendered, and all writes, the stored answers among them. */
  readonly run: (tx: Transaction, payloads: readonly Payload[]) => Promise<Judged<Answer>>;
  /** Whether the same batch may succeed when it is tried again with the same keys: deadlock, lost connection, unanswered commit, lost key. */
  readonly isRepeatable: (error: unknown) => boolean;
  /** Told of a command that failed alone, after everything else was tried. */
  readonly onFault: (error: unknown, payload: Payload) => void;
  /** Told of each transaction that committed. */
  readonly onBatch: (size: number, seconds: number) => void;
};

export type LaneBounds = BatchBounds & {
  readonly lanes: number;
  /** How many commands may wait. */
  readonly queued: number;
  /** How long a command may be set aside for rows that others hold. */
  readonly asideMillis: number;
};

export type Lanes<Payload, Answer> = {
  /**
   * Queues a command and gives what became of it.
   * @throws Refused overloaded when the queue is full or the command's rows were not to be had in time; the fault, when it failed alone
   */
  readonly submit: (command: LaneCommand<Payload>) => Promise<Settled<Answer>>;
  /** How many commands wait. */
  readonly waiting: () => number;
  /** Refuses new commands and waits for those that are queued. */
  readonly close: () => Promise<void>;
};

type Queued<Payload, Answer> = LaneCommand<Payload> & {
  readonly since: number;
  readonly settle: (settled: Settled<Answer>) => void;
  readonly fail: (error: unknown) => void;
};

const attempts = 3;

// How long a command waits for company at most, while a transaction is under way and a lane is free.
const longestGatheringMillis = 50;

/** The caller may come again with the same key: nothing has begun. */
type Overloaded = { readonly code: "overloaded"; readonly retry_after_seconds: number };

/**
 * Opens lanes over one queue. Each lane has one transaction under way at a time; what arrives meanwhile is done together by the next.
 * One command is a batch of one: there is no second path.
 *
 * The callers of a batch that has ended come back one after the other. So that the first of them is not a batch of one, a free lane
 * waits while another is at work: for as many commands as that one has, for its end, or until a command has waited long enough.
 */
export function createLanes<Payload, Answer>(steps: LaneSteps<Payload, Answer>, bounds: LaneBounds): Lanes<Payload, Answer> {
  type Entry = Queued<Payload, Answer>;
  const queue: Entry[] = [];
  const idle: (() => void)[] = [];
  const underWay = new Set<readonly Entry[]>();
  let gathering: NodeJS.Timeout | undefined;
  let running = 0;
  let closed = false;

  const refuseOverload = (entry: Pick<Entry, "fail">) =>
    entry.fail(new Refused<Overloaded>({ code: "overloaded", retry_after_seconds: 1 }));

  /** Back to the front, in the old order: they arrived before those that wait. */
  function setAside(entries: readonly Entry[]): void {
    const late = performance.now() - bounds.asideMillis;
    queue.unshift(...entries.filter(({ since }) => since > late));
    for (const entry of entries) if (entry.since <= late) refuseOverload(entry);
  }

  /** One transaction over a batch. Nothing is told to anybody before it has committed. */
  async function transact(
    batch: readonly Entry[],
    onlyObtainable: boolean,
  ): Promise<{ settled: Map<Entry, Settled<Answer>>; aside: Entry[] }> {
    return steps.transact(async (tx) => {
      const settled = new Map<Entry, Settled<Answer>>();
      const claims = await steps.claim(tx, batch.map(payloadOf));
      const mine: Entry[] = [];
      for (const [index, entry] of batch.entries()) {
        const claim = claims[index];
        if (claim?.kind === "mine") mine.push(entry);
        else settled.set(entry, claim?.kind === "settled" ? claim.settled : { kind: "busy" });
      }
      const obtainable = onlyObtainable && mine.length > 0 ? await steps.obtainable(tx, mine.map(payloadOf)) : mine.map(() => true);
      const judged = mine.filter((_, index) => obtainable[index] === true);
      const aside = mine.filter((_, index) => obtainable[index] !== true);
      if (judged.length > 0) {
        const { settled: outcomes, writes } = await steps.run(tx, judged.map(payloadOf));
        for (const [index, entry] of judged.entries()) settled.set(entry, outcomes[index] ?? { kind: "busy" });
        await tx.finish(writes);
      }
      return { settled, aside };
    });
  }

  /**
   * Does a batch to its end. A deadlock, a lost connection or an unanswered commit: the same batch again with the same keys, what had
   * committed comes back as a replay. A lock time-out: those whose rows can be had go on, the others go back to the queue. Anything
   * else: halves, order kept, until the bad one fails alone.
   */
  async function process(batch: readonly Entry[], attempt = 1, onlyObtainable = false): Promise<void> {
    const began = performance.now();
    let done: Awaited<ReturnType<typeof transact>>;
    try {
      done = await transact(batch, onlyObtainable);
    } catch (error) {
      if (steps.isRepeatable(error)) return attempt < attempts ? process(batch, attempt + 1, onlyObtainable) : giveUp(batch, error);
      if (isLockTimeout(error) && !onlyObtainable) return process(batch, attempt, true);
      if (isLockTimeout(error)) return setAside(batch);
      if (batch.length === 1 || error instanceof Refused) return fail(batch, error);
      const middle = Math.ceil(batch.length / 2);
      await process(batch.slice(0, middle));
      await process(batch.slice(middle));
      return;
    }
    // It has committed: whatever happens from here on is no reason to tell anybody that it failed.
    for (const [entry, outcome] of done.settled) entry.settle(outcome);
    setAside(done.aside);
    steps.onBatch(done.settled.size, (performance.now() - began) / 1000);
  }

  /** The database does not answer. What had committed will be found by the same keys, so the callers are told to come again with them. */
  function giveUp(batch: readonly Entry[], error: unknown): void {
    for (const entry of batch.slice(0, 1)) steps.onFault(error, entry.payload);
    for (const entry of batch) refuseOverload(entry);
  }

  /** A refusal of the whole batch is the pool's or the queue's (503): nothing has begun. A fault is told once for each command. */
  function fail(batch: readonly Entry[], error: unknown): void {
    for (const entry of batch) {
      if (!(error instanceof Refused)) steps.onFault(error, entry.payload);
      entry.fail(error);
    }
  }

  /** Whether a free lane takes a batch now. */
  function isTime(): boolean {
    const [first] = queue;
    if (first === undefined) return false;
    const most = Math.max(0, ...Array.from(underWay, (batch) => batch.length));
    return queue.length >= most || performance.now() - first.since >= longestGatheringMillis;
  }

  async function run(): Promise<void> {
    running += 1;
    for (;;) {
      await arrivals();
      if (!isTime()) break;
      const batch = takeBatch(queue, bounds);
      underWay.add(batch);
      await process(batch);
      underWay.delete(batch);
    }
    running -= 1;
    gather();
    if (running === 0) for (const wake of idle.splice(0)) wake();
  }

  /** Opens a free lane when it is time, else looks again when the first command has waited long enough. */
  function gather(): void {
    clearTimeout(gathering);
    const [first] = queue;
    if (first === undefined || running >= bounds.lanes) return;
    if (isTime()) void run();
    else gathering = setTimeout(gather, Math.max(1, longestGatheringMillis - (performance.now() - first.since)));
  }

  return {
    submit: (command) =>
      new Promise((settle, fail) => {
        if (closed || queue.length >= bounds.queued) return refuseOverload({ fail });
        queue.push({ ...command, since: performance.now(), settle, fail });
        gather();
      }),
    waiting: () => queue.length,
    close: async () => {
      closed = true;
      while (running > 0) await new Promise<void>((wake) => idle.push(wake));
    },
  };
}

function payloadOf<Payload>({ payload }: LaneCommand<Payload>): Payload {
  return payload;
}

/** Lets in what has arrived already: one turn of the event loop reads the sockets, and it begins when the one under way has ended. */
async function arrivals(): Promise<void> {
  await new Promise((turned) => setImmediate(turned));
  await new Promise((turned) => setImmediate(turned));
}
