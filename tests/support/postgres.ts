import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { startEmbedded, stopAbandoned } from "../../src/platform/db/embedded/index.ts";

/** The PostgreSQL that all test files of a run share. */
export type SharedPostgres = {
  /** A role that may create databases and roles; its database is there to connect to, not to write to. */
  adminUrl: string;
  /** The superuser of the embedded server; undefined on a PostgreSQL of one's own, where the tests must do without. */
  superuserUrl: string | undefined;
};

declare module "vitest" {
  interface ProvidedContext {
    postgres: SharedPostgres;
  }
}

export const folderPrefix = "stoa-tests-";

/** The PostgreSQL of this run, inside a test file. It was started before the first one and ends after the last. */
export function sharedPostgres(): SharedPostgres {
  return inject("postgres");
}

/**
 * Brings up the PostgreSQL of a run: `TEST_DATABASE_URL` or `DATABASE_URL` when set, else an embedded one in a temporary folder, which
 * flushes nothing to the disk.
 * @returns it, and what takes it away again
 */
export async function startSharedPostgres(
  env: Record<string, string | undefined>,
): Promise<{ postgres: SharedPostgres; remove: () => Promise<void> }> {
  const ownUrl = env["TEST_DATABASE_URL"] || env["DATABASE_URL"];
  if (ownUrl) return { postgres: { adminUrl: ownUrl, superuserUrl: undefined }, remove: async () => undefined };
  await removeAbandonedFolders();
  const dataDirectory = await mkdtemp(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  const lines: string[] = [];
  try {
    const embedded = await startEmbedded({
      dataDirectory,
      durable: false,
      settings: { max_connections: "300" },
      log: (line) => lines.push(line),
    });
    const { ownerUrl: adminUrl, superuserUrl } = embedded;
    const remove = async () => {
      await embedded.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    };
    return { postgres: { adminUrl, superuserUrl }, remove };
  } catch (error) {
    await rm(dataDirectory, { recursive: true, force: true });
    throw error;
  }
}

/** A killed run leaves its server and folder: the next run ends them. */
async function removeAbandonedFolders(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(new RegExp(`^${folderPrefix}(\\d+)-`).exec(name)?.[1]);
    if (!Number.isSafeInteger(pid) || runs(pid)) continue;
    const folder = join(tmpdir(), name);
    if (await stopAbandoned(folder)) await rm(folder, { recursive: true, force: true });
  }
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
