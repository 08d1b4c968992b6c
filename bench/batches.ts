import type { ServerProcess } from "../tests/support/server.ts";
import type { Goods } from "./goods.ts";
import { runLoad } from "./load.ts";
import type { Loader } from "./loader.ts";
import { runName } from "./measure.ts";
import { openRecorder, type SentStatement } from "./recorder.ts";
import type { Stage } from "./stage.ts";
import { sampleOf } from "./statistics.ts";

/** What a server of one lane sent for one batch. */
export type Batch = { readonly checkouts: number; readonly statements: readonly SentStatement[] };

const longestWaitMillis = 30_000;
const lookEveryMillis = 5;

/**
 * Makes batches of exactly these sizes and gives what was sent for each. A server with one lane is held back at the first checkout until
 * the others stand in its queue; then it is let go and takes them all at once.
 */
export async function recordBatches(
  { stage, goods, loader, lines }: { stage: Stage; goods: Goods; loader: Loader; lines: readonly string[] },
  sizes: readonly number[],
): Promise<Batch[]> {
  const recorder = await openRecorder(stage.url);
  const server = await stage.serve({ url: recorder.url, environment: { STOA_LANES: "1" } });
  try {
    const batches: Batch[] = [];
    for (const [index, size] of sizes.entries()) {
      const order = (buyers: readonly string[]) => ({
        origin: server.url,
        buyers,
        lines: [...lines.slice(index * size), ...lines.slice(0, index * size)],
        run: runName(),
        warmSeconds: 0,
        seconds: longestWaitMillis / 1_000,
        requests: buyers.length,
      });
      const held = recorder.hold();
      const first = runLoad(order(goods.buyers.slice(0, 1)));
      await held;
      // One connection for each, so that all of them are asked for at the same time.
      const others = loader.run(order(buyersOf(goods, index, size)));
      await queued(server, size);
      recorder.release();
      const placed = (await first).placed + (await others).placed;
      const last = recorder.take().at(-1);
      if (placed !== size + 1 || last === undefined)
        throw new Error(`${placed} of ${size + 1} checkouts were placed for a batch of ${size}`);
      batches.push({ checkouts: size, statements: last });
    }
    return batches;
  } finally {
    recorder.release();
    await server.stop();
    await recorder.close();
  }
}

/** Other buyers for each batch as far as there are any, so that batches which run at the same time do not wait for each other's accounts. */
function buyersOf({ buyers }: Goods, index: number, size: number): readonly string[] {
  const groups = Math.max(1, Math.floor((buyers.length - 1) / size));
  const from = 1 + (index % groups) * size;
  return buyers.slice(from, from + size);
}

/** Until so many commands wait in the lane's queue. */
async function queued(server: ServerProcess, count: number): Promise<void> {
  const until = performance.now() + longestWaitMillis;
  for (;;) {
    const answer = await fetch(`${server.url}/metrics`);
    const waiting = sampleOf(await answer.text(), 'stoa_lane_queue{lane="placing"}');
    if (waiting === count) return;
    if (performance.now() > until) throw new Error(`${waiting} commands wait for the lane, not ${count}`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMillis));
  }
}
