import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemErrorCode } from "./embedded-failure.ts";

/** What a running server says of itself in `postmaster.pid` (PostgreSQL's src/include/utils/pidfile.h). */
export type PostmasterFile = {
  pid: number;
  /** Undefined until the server has chosen it. */
  port: number | undefined;
  /** `starting`, `ready`, `standby` or `stopping`; empty until first written. */
  status: string;
};

/** Reads the text of a `postmaster.pid`; undefined when it does not begin with a process number (cut short by a full disk, say). */
export function parsePostmasterFile(text: string): PostmasterFile | undefined {
  const lines = text.split("\n").map((line) => line.trim());
  // A single-user backend writes its number negated.
  const pid = Math.abs(Number(lines[0]));
  if (!Number.isSafeInteger(pid) || pid === 0) return undefined;
  const port = Number(lines[3]);
  return { pid, port: Number.isSafeInteger(port) && port > 0 ? port : undefined, status: lines[7] ?? "" };
}

/** The `postmaster.pid` of a PostgreSQL data directory: its content, `broken` when unreadable as one, undefined when there is none. */
export function readPostmasterFile(pgdata: string): PostmasterFile | "broken" | undefined {
  try {
    return parsePostmasterFile(readFileSync(join(pgdata, "postmaster.pid"), "utf8")) ?? "broken";
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
