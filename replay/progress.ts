/** Tells on standard error how far a step is, at most once a second, and when it is done. */
export function startProgress(step: string, total: number): { readonly tick: () => void; readonly end: () => void } {
  const began = performance.now();
  let done = 0;
  let told = began;
  const tell = (now: number) => {
    const seconds = ((now - began) / 1000).toFixed(1);
    process.stderr.write(`${step}: ${done} of ${total} after ${seconds} s\n`);
  };
  return {
    tick: () => {
      done += 1;
      const now = performance.now();
      if (now - told < 1_000) return;
      told = now;
      tell(now);
    },
    end: () => tell(performance.now()),
  };
}
