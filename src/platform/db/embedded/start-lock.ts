import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import type { DataDirectory } from "./data-directory.ts";
import { EmbeddedFailure } from "./embedded-failure.ts";
import { giveTo } from "./server-user.ts";

const sqliteBusy = 5;
const retryMilliseconds = 25;

/**
 * Runs `work` while no other process starts or stops the server of this data directory.
 *
 * The lock is SQLite's on an empty file, because it is the one lock of the operating system that Node can take without an add-on: the
 * kernel gives it back when the holder dies, however it dies. A file that says "locked" would outlive its holder, and two processes that
 * both find it stale can each remove the other's fresh one.
 *
 * @throws EmbeddedFailure when others hold it for longer than `limitMilliseconds`
 */
export async function withStartLock<Result>(
  data: DataDirectory,
  work: () => Promise<Result>,
  limitMilliseconds = 180_000,
): Promise<Result> {
  const path = join(data.path, "start.lock");
  closeSync(openSync(path, "a", 0o600));
  giveTo(data.user, path);
  const lock = new DatabaseSync(path);
  try {
    lock.exec("pragma busy_timeout = 0");
    const startedAt = performance.now();
    while (!tryLock(lock)) {
      if (performance.now() - startedAt > limitMilliseconds) {
        throw new EmbeddedFailure(
          `Another process has been starting or stopping the database in ${data.path} for ${limitMilliseconds / 1000} seconds; end it and start again.`,
        );
      }
      await delay(retryMilliseconds);
    }
    return await work();
  } finally {
    lock.close();
  }
}

function tryLock(lock: DatabaseSync): boolean {
  try {
    // Nothing is ever written, and a journal on the disk would be left behind by a killed holder. Asking for another kind already waits.
    lock.exec("pragma journal_mode = memory; begin exclusive");
    return true;
  } catch (error) {
    if (error instanceof Error && "errcode" in error && error.errcode === sqliteBusy) return false;
    throw error;
  }
}
