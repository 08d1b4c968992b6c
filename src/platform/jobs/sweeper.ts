import type { Deadline } from "./deadline.ts";

/**
 * What became of a deadline. "busy": somebody else has the subject, and it is left for the next look. "more": one of several transactions
 * is done; the next look follows at once, so that one that takes long keeps none waiting that came due meanwhile.
 */
export type DeadlineOutcome = "done" | "busy" | "more";

/**
 * Acts on one deadline in a transaction of its own: locks the subject with `skip locked`, sees by it that it still waits and that its
 * time has come, acts and clears the deadline.
 */
export type DeadlineHandler = (deadline: Deadline) => Promise<DeadlineOutcome>;

/** Acts on several deadlines of one kind in one transaction, each as its handler would. Gives what became of each, in their order. */
export type TogetherHandler = {
  readonly most: number;
  readonly act: (deadlines: readonly Deadline[]) => Promise<readonly ("done" | "busy")[]>;
};

export type SweeperOptions = {
  /** `readDueDeadlines` in a reader of `stoa_read`. */
  readonly readDue: (after: Deadline | undefined, limit: number) => Promise<readonly Deadline[]>;
  /** By kind of deadline. */
  readonly handlers: Readonly<Record<string, DeadlineHandler>>;
  /** Of kinds of which many come due at once. When they cannot be acted on together, each is acted on by its handler. */
  readonly together?: Readonly<Record<string, TogetherHandler>>;
  /** How long it rests between two looks; default 1000. */
  readonly everyMillis?: number;
  /** How many deadlines it reads at once; default 200. */
  readonly batch?: number;
  /** How many it acts on at the same time; default 4. */
  readonly parallel?: number;
  /** Told of each failure: of one deadline, or of the reading when there is none. */
  readonly onFailure: (error: unknown, deadline: Deadline | undefined) => void;
  /** Told why several could not be acted on together. */
  readonly onApart?: (error: unknown, deadlines: readonly Deadline[]) => void;
  readonly onHandled?: (deadline: Deadline, outcome: DeadlineOutcome) => void;
  /** Milliseconds from any beginning; default the process's monotonic clock. */
  readonly now?: () => number;
};

export type Sweeper = {
  /** Looks now; a look under way is followed by another. */
  readonly wake: () => void;
  /** Ends it when the deadlines under way have been acted on. */
  readonly stop: () => Promise<void>;
};

type Failed = { failures: number; againAt: number };

const firstBackOffMillis = 1_000;
const longestBackOffMillis = 5 * 60 * 1_000;

/**
 * Acts on deadlines in the background, the earliest first. Each is on its own, or together with others of its kind as long as nothing
 * fails: one whose handler fails is left alone for a second, two, four … up to five minutes, and those behind it come all the same. Any
 * number of processes may sweep: their handlers skip what another has locked.
 */
export function startSweeper(options: SweeperOptions): Sweeper {
  const { everyMillis = 1_000, batch = 200, parallel = 4, now = () => performance.now() } = options;
  const failed = new Map<string, Failed>();
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> | undefined;
  let woken = false;
  let stopped = false;

  function schedule(millis: number): void {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(begin, millis);
  }

  function begin(): void {
    woken = false;
    underWay = look();
  }

  async function look(): Promise<void> {
    try {
      await sweep();
    } catch (error) {
      options.onFailure(error, undefined);
    }
    underWay = undefined;
    schedule(woken ? 0 : everyMillis);
  }

  async function sweep(): Promise<void> {
    const seen = new Set<string>();
    for (let after: Deadline | undefined; !stopped; ) {
      const due = await options.readDue(after, batch);
      const ready = due.filter((deadline) => (failed.get(keyOf(deadline))?.againAt ?? 0) <= now());
      for (const deadline of due) seen.add(keyOf(deadline));
      await actOn(ready);
      after = due.at(-1);
      if (due.length < batch) break;
    }
    // What is not due any more needs no memory of its failures.
    if (!stopped) for (const key of failed.keys()) if (!seen.has(key)) failed.delete(key);
  }

  async function actOn(deadlines: readonly Deadline[]): Promise<void> {
    const rest = inGroups(deadlines, options.together ?? {}).values();
    const worker = async (): Promise<void> => {
      for (const group of rest) {
        if (stopped) return;
        await handleTogether(group);
      }
    };
    await Promise.all(Array.from({ length: parallel }, worker));
  }

  async function handleTogether({ deadlines, handler }: Group): Promise<void> {
    if (handler !== undefined && deadlines.length > 1) {
      try {
        const outcomes = await handler.act(deadlines);
        for (const [index, deadline] of deadlines.entries()) handled(deadline, outcomes[index] ?? "busy");
        return;
      } catch (error) {
        options.onApart?.(error, deadlines);
      }
    }
    // One of them alone may be the reason: it fails by itself then, and is told of.
    for (const deadline of deadlines) {
      if (stopped) return;
      await handle(deadline);
    }
  }

  function handled(deadline: Deadline, outcome: DeadlineOutcome): void {
    failed.delete(keyOf(deadline));
    if (outcome === "more") woken = true;
    options.onHandled?.(deadline, outcome);
  }

  async function handle(deadline: Deadline): Promise<void> {
    const key = keyOf(deadline);
    try {
      const handler = Object.hasOwn(options.handlers, deadline.kind) ? options.handlers[deadline.kind] : undefined;
      if (handler === undefined) throw new Error(`nobody acts on deadlines of the kind ${deadline.kind}`);
      handled(deadline, await handler(deadline));
    } catch (error) {
      const failures = (failed.get(key)?.failures ?? 0) + 1;
      failed.set(key, { failures, againAt: now() + Math.min(firstBackOffMillis * 2 ** (failures - 1), longestBackOffMillis) });
      options.onFailure(error, deadline);
    }
  }

  schedule(0);
  return {
    wake: () => {
      if (woken || stopped) return;
      woken = true;
      if (underWay === undefined) schedule(0);
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}

type Group = { readonly deadlines: readonly Deadline[]; readonly handler: TogetherHandler | undefined };

/** Deadlines that are acted on together, each group where its first one stands. */
function inGroups(deadlines: readonly Deadline[], together: Readonly<Record<string, TogetherHandler>>): readonly Group[] {
  const groups: { deadlines: Deadline[]; handler: TogetherHandler | undefined }[] = [];
  const open = new Map<string, Deadline[]>();
  for (const deadline of deadlines) {
    const handler = Object.hasOwn(together, deadline.kind) ? together[deadline.kind] : undefined;
    const group = open.get(deadline.kind);
    if (handler !== undefined && group !== undefined && group.length < handler.most) {
      group.push(deadline);
      continue;
    }
    const begun = [deadline];
    groups.push({ deadlines: begun, handler });
    open.set(deadline.kind, begun);
  }
  return groups;
}

function keyOf({ organisationId, kind, subjectId }: Deadline): string {
  return `${organisationId} ${kind} ${subjectId}`;
}
