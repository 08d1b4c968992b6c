import type { Pass } from "./number.ts";

export type SequencerOptions = {
  /** One pass in a transaction of its own: `numberEvents` with the limit that is given here as `fullPass`. */
  readonly pass: () => Promise<Pass>;
  /** A pass that numbers so many is followed by another at once. */
  readonly fullPass: number;
  /** How long it rests when nobody wakes it; default 200. */
  readonly everyMillis?: number;
  /** How long it rests at least between two passes, so that each commit that wakes it does not cost one of ours; default 25. */
  readonly restMillis?: number;
  /** Told of each pass that failed. It is tried again, later each time; nothing is lost, for nothing was numbered. */
  readonly onFailure: (error: unknown) => void;
  readonly onNumbered?: (count: number) => void;
};

export type Sequencer = {
  /** Says that something was committed. However often it is called, one pass follows. */
  readonly wake: () => void;
  /** Ends it when the pass under way has ended. */
  readonly stop: () => Promise<void>;
};

const longestBackOffMillis = 10_000;

/** Numbers events in the background. Several processes may do so: the one that comes second finds the sequencer busy and rests. */
export function startSequencer(options: SequencerOptions): Sequencer {
  const { everyMillis = 200, restMillis = 25 } = options;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> | undefined;
  let endedAt = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let woken = false;
  let stopped = false;

  function schedule(millis: number): void {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(begin, millis);
  }

  function begin(): void {
    woken = false;
    underWay = run();
  }

  async function run(): Promise<void> {
    try {
      let pass: Pass;
      do {
        pass = await options.pass();
        if (pass.kind === "numbered" && pass.count > 0) options.onNumbered?.(pass.count);
      } while (!stopped && pass.kind === "numbered" && pass.count >= options.fullPass);
      failures = 0;
    } catch (error) {
      failures += 1;
      options.onFailure(error);
    }
    underWay = undefined;
    endedAt = performance.now();
    if (failures > 0) schedule(Math.min(everyMillis * 2 ** failures, longestBackOffMillis));
    else schedule(woken ? restMillis : everyMillis);
  }

  schedule(0);
  return {
    wake: () => {
      if (woken || stopped) return;
      woken = true;
      // While a pass is under way, or one has just failed, whoever ends it or waits for the next schedules the pass.
      if (underWay === undefined && failures === 0) schedule(Math.max(0, endedAt + restMillis - performance.now()));
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}
