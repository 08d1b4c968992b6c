export type RoundsOptions = {
  readonly everyMillis: number;
  readonly round: () => Promise<void>;
  /** Told of a round that failed; the next comes all the same. */
  readonly onFailure: (error: unknown) => void;
};

/** Does something again and again, with a rest between the end of a round and the beginning of the next. The first comes at once. */
export function startRounds({ everyMillis, round, onFailure }: RoundsOptions): { readonly stop: () => Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> | undefined;
  let stopped = false;

  async function run(): Promise<void> {
    try {
      await round();
    } catch (error) {
      onFailure(error);
    }
    underWay = undefined;
    schedule(everyMillis);
  }

  function schedule(millis: number): void {
    if (stopped) return;
    timer = setTimeout(() => {
      underWay = run();
    }, millis);
  }

  schedule(0);
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}
