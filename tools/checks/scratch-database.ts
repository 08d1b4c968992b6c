import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded } from "../../src/platform/db/embedded/index.ts";
import { migrate } from "../../src/platform/db/migrations.ts";

/** Starts an embedded PostgreSQL of its own, migrates it, lends its owner's URL to `work`, and leaves nothing behind. */
export async function withScratchDatabase<T>(work: (ownerUrl: string) => Promise<T>): Promise<T> {
  const room = mkdtempSync(join(tmpdir(), "stoa-check-"));
  chmodSync(room, 0o755); // The server's account has to pass through it when the check is run as root.
  const lines: string[] = [];
  try {
    const embedded = await startEmbedded({ dataDirectory: join(room, "data"), durable: false, log: (line) => lines.push(line) });
    try {
      await migrate({ ownerUrl: embedded.ownerUrl, edges: [], log: (line) => lines.push(line) });
      return await work(embedded.ownerUrl);
    } catch (error) {
      throw new Error(`the scratch database failed:\n${lines.join("\n")}`, { cause: error });
    } finally {
      await embedded.stop();
    }
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}
