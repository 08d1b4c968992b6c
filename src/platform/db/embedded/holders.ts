import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemErrorCode } from "./embedded-failure.ts";
import { processIdentity } from "./processes.ts";
import { giveTo, type ServerUser } from "./server-user.ts";

/**
 * Processes that use a server, one file each in `holders/` beside the data: `<pid>-<random>`, holding when the process started, so that a
 * reused number does not count. The last to leave stops the server. Read and written under the start lock only.
 */
export function registerHolder(dataDirectory: string, user: ServerUser): string {
  const folder = join(dataDirectory, "holders");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  giveTo(user, folder);
  const name = `${process.pid}-${randomBytes(4).toString("hex")}`;
  const draft = join(dataDirectory, `holder.new-${name}`);
  writeFileSync(draft, processIdentity(process.pid) ?? "", { mode: 0o600 });
  giveTo(user, draft);
  renameSync(draft, join(folder, name));
  return name;
}

/** Takes a holder off the list. */
export function removeHolder(dataDirectory: string, name: string): void {
  rmSync(join(dataDirectory, "holders", name), { force: true });
}

/** The names of the holders that still run; the files of those that do not are removed. */
export function liveHolders(dataDirectory: string): string[] {
  const folder = join(dataDirectory, "holders");
  return listFolder(folder).filter((name) => {
    const identity = processIdentity(Number(name.split("-")[0]));
    const lives = identity !== undefined && identity === readFileSync(join(folder, name), "utf8");
    if (!lives) rmSync(join(folder, name), { force: true });
    return lives;
  });
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return [];
    throw error;
  }
}
