import { closeSync, copyFileSync, fstatSync, openSync, readSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { lastLines } from "./cluster.ts";
import { systemErrorCode } from "./embedded-failure.ts";

const limitBytes = 8 * 1024 * 1024;

/** Where the server writes its log, beside the data. */
export function serverLogPath(dataDirectory: string): string {
  return join(dataDirectory, "postgres.log");
}

/**
 * Keeps the log below twice 8 MiB: what is longer goes to `postgres.log.1` and the file is emptied in place, for the server holds it open
 * (in append mode, so that it goes on at the new end). Lines written in between are lost.
 */
export function boundServerLog(dataDirectory: string): void {
  const path = serverLogPath(dataDirectory);
  if (serverLogSize(dataDirectory) <= limitBytes) return;
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
}

/** Bytes in the log now: a position for `serverLogSince`. */
export function serverLogSize(dataDirectory: string): number {
  try {
    return statSync(serverLogPath(dataDirectory)).size;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return 0;
    throw error;
  }
}

/** The last lines, 20 at most, that the server wrote after `position`. */
export function serverLogSince(dataDirectory: string, position: number): string {
  const descriptor = openSync(serverLogPath(dataDirectory), "r");
  try {
    const size = fstatSync(descriptor).size;
    const buffer = Buffer.alloc(Math.min(64 * 1024, Math.max(0, size - position)));
    const length = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return lastLines(buffer.toString("utf8", 0, length));
  } finally {
    closeSync(descriptor);
  }
}
