import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import { EmbeddedFailure, systemErrorCode } from "./embedded-failure.ts";
import { chooseServerUser, firstClosedFolder, giveTo, readPasswd, type ServerUser } from "./server-user.ts";

const markerName = "stoa-data";
const markerText = "This folder belongs to Stoa: its embedded PostgreSQL and what goes with it.\n";

/**
 * Where the embedded database lives: `STOA_DATA`, else `/var/lib/stoa/<first 12 hex digits of the SHA-256 of the checkout's path>` for
 * root, else `.data` in the checkout.
 * @throws EmbeddedFailure when the default would lie in a temporary folder, which the system empties
 */
export function defaultDataDirectory(env: Record<string, string | undefined>, checkoutPath: string, uid: number | undefined): string {
  const chosen = env["STOA_DATA"];
  if (chosen !== undefined && chosen !== "") return resolve(checkoutPath, chosen);
  if (uid === 0) return join("/var/lib/stoa", createHash("sha256").update(checkoutPath).digest("hex").slice(0, 12));
  const inside = join(checkoutPath, ".data");
  const temporary = ["/tmp", "/var/tmp", "/dev/shm", "/private/tmp", "/private/var/folders", "/var/folders", env["TMPDIR"] ?? tmpdir()];
  const found = temporary.find((folder) => `${inside}${sep}`.startsWith(`${resolve(folder)}${sep}`));
  if (found !== undefined) {
    throw new EmbeddedFailure(`The checkout lies in the temporary folder ${found}; set STOA_DATA to a folder that keeps the data.`);
  }
  return inside;
}

/** A data directory that is there, ours, closed to others, and open to the server's account. */
export type DataDirectory = { path: string; user: ServerUser };

/**
 * Makes or checks the data directory: mode 0700, owned by the account that will run the server. A folder that holds something else is
 * refused, because root would give it away and close it to others.
 * @returns its real path and the server's account
 * @throws EmbeddedFailure when it cannot be made, entered, or is somebody else's
 */
export function prepareDataDirectory(dataDirectory: string): DataDirectory {
  try {
    makeParents(dirname(resolve(dataDirectory)));
    mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
    const path = realpathSync(dataDirectory);
    const before = statSync(path);
    const processUid = process.getuid?.();
    const user = chooseServerUser(processUid, before, readPasswd());
    if (processUid !== undefined && processUid !== 0 && before.uid !== processUid) {
      throw new EmbeddedFailure(
        `The data directory ${path} belongs to user ${before.uid}; run as that user or set STOA_DATA to a folder of your own.`,
      );
    }
    const closed = firstClosedFolder(user, path);
    if (closed !== undefined) {
      throw new EmbeddedFailure(
        `PostgreSQL refuses to run as root and user ${user?.uid} cannot enter ${closed}; set STOA_DATA to a folder outside it.`,
      );
    }
    claim(path, user);
    chmodSync(path, 0o700);
    giveTo(user, path);
    return { path, user };
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    throw new EmbeddedFailure(
      `The data directory ${dataDirectory} cannot be used (${code}); set STOA_DATA to a folder that you may write.`,
      "",
      {
        cause: error,
      },
    );
  }
}

/** The account of a data directory that others prepared; undefined when there is none or it may not be read. */
export function existingDataDirectory(dataDirectory: string): DataDirectory | undefined {
  try {
    const path = realpathSync(dataDirectory);
    if (!readdirSync(path).includes(markerName)) return undefined;
    return { path, user: chooseServerUser(process.getuid?.(), statSync(path), readPasswd()) };
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES"].includes(systemErrorCode(error) ?? "")) return undefined;
    throw error;
  }
}

/** Folders on the way that we make are open to enter whatever the umask, else the server's account could not reach its data. */
function makeParents(folder: string): void {
  try {
    statSync(folder);
    return;
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT") throw error;
  }
  makeParents(dirname(folder));
  mkdirSync(folder, { recursive: true });
  if (process.getuid?.() === 0) chmodSync(folder, 0o755);
}

function claim(path: string, user: ServerUser): void {
  const names = readdirSync(path).filter((name) => name !== "lost+found");
  if (names.includes(markerName)) return;
  if (names.length > 0) {
    throw new EmbeddedFailure(`${path} holds files that are not Stoa's; set STOA_DATA to an empty folder or to one of Stoa's.`);
  }
  const marker = join(path, markerName);
  writeFileSync(marker, markerText, { mode: 0o600 });
  giveTo(user, marker);
}

/** Removes what interrupted starts left behind: names that begin with `prefix`. Call under the start lock. */
export function removeLeftovers(dataDirectory: string, prefix: string): void {
  for (const name of readdirSync(dataDirectory).filter((entry) => entry.startsWith(prefix))) {
    rmSync(join(dataDirectory, name), { recursive: true, force: true, maxRetries: 5 });
  }
}
