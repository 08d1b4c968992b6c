import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded, type Embedded } from "../../src/platform/db/embedded/index.ts";
import { until } from "../invariants/attack.ts";
import { send, type HttpRequest } from "../support/barrier.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import { folderPrefix } from "../support/postgres.ts";
import { isCommit, type WireAction } from "../support/wire.ts";
import { followWrites } from "../support/write-boundaries.ts";
import { answerOrDeath, openStage, told, unequal, type CellResult, type Scenario, type Stage } from "./cells.ts";

/** A market on a PostgreSQL of its own, which may be killed. */
export type DatabaseStage = Stage & { readonly embedded: Embedded; close(): Promise<void> };

/** Opens one; its data is as lasting as in production. */
export async function openDatabaseStage(): Promise<DatabaseStage> {
  const dataDirectory = await mkdtemp(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  const embedded = await startEmbedded({ dataDirectory, log: () => undefined, durable: true });
  const stage = await openStage(embedded.ownerUrl);
  const close = async () => {
    try {
      await stage.market.close();
    } finally {
      await embedded.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    }
  };
  return { ...stage, embedded, close };
}

const longestOutageMillis = 20_000;

/** Sends the same request with the same key for as long as it is told to come again. */
async function sendUntilDecided(origin: string, request: HttpRequest): Promise<HttpAnswer> {
  const began = performance.now();
  for (;;) {
    const answer = await send(origin, request);
    if (answer.status !== 503 || performance.now() - began > longestOutageMillis) return answer;
  }
}

/**
 * Kills PostgreSQL with a write's COMMIT not yet sent, or done and not yet reported. The server goes on running; what it answers must be
 * true, and the same key must come to the one effect when the database is back.
 */
export async function runDatabaseCell(stage: DatabaseStage, scenario: Scenario, moment: "before" | "after"): Promise<CellResult> {
  const began = performance.now();
  const { market, wire, embedded } = stage;
  const { pid } = embedded;
  const { request, status, once } = await scenario.stage(stage);
  let killed = false;
  const unwatch = wire.watch(
    followWrites(({ statement, moment: at }): WireAction => {
      if (killed || at !== moment || !isCommit(statement)) return "pass";
      killed = true;
      process.kill(pid, "SIGKILL");
      return "cut";
    }),
  );
  const [origin = ""] = market.origins();
  const first = await answerOrDeath(origin, request);
  unwatch();
  // Backends outlive their postmaster by a moment and may go on answering: what they say must be true, but the rest is asked of the next one.
  await until("PostgreSQL runs again", async () => {
    const { status: ready } = await send(origin, { method: "GET", path: "/health/ready" });
    return ready === 200 && embedded.pid !== pid;
  });
  const [second, third] = [await sendUntilDecided(origin, request), await sendUntilDecided(origin, request)];
  const findings = [
    ...unequal("killed", killed, true),
    ...unequal("first answer", first !== undefined && [status, 503].includes(first.status), true),
    ...unequal("status", [second.status, third.status], [status, status]),
    ...unequal("replayed", third.headers["idempotent-replayed"], "true"),
    ...(moment === "after" ? unequal("replayed at once", second.headers["idempotent-replayed"], "true") : []),
    ...unequal("same answer", told(third), told(second)),
    ...(await once()),
    ...unequal("doctor", (await market.doctor()).violations, []),
  ];
  return { cell: `${scenario.name}: PostgreSQL killed ${moment} COMMIT`, findings, seconds: (performance.now() - began) / 1000 };
}
