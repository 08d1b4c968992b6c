import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { type Binaries, runProgram } from "./binaries.ts";
import { type DataDirectory, removeLeftovers } from "./data-directory.ts";
import { EmbeddedFailure, systemErrorCode } from "./embedded-failure.ts";
import { postgresProcessesIn, signalProcess } from "./processes.ts";
import { giveTo } from "./server-user.ts";
import { waitUntil } from "./waiting.ts";

export const superuserName = "postgres";
export const ownerName = "stoa_owner";
export const databaseName = "stoa";

/** Passwords of the two roles that open the embedded server, made at random on the first start. */
export type Credentials = { superuserPassword: string; ownerPassword: string };

/** PostgreSQL's own data directory inside ours. */
export function pgdataOf(dataDirectory: string): string {
  return join(dataDirectory, "cluster", "data");
}

/** The passwords kept beside the data; undefined before the first start has finished, or where they may not be read. */
export function readCredentials(dataDirectory: string): Credentials | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDirectory, "cluster", "credentials.json"), "utf8")) as Credentials;
  } catch (error) {
    if (["ENOENT", "EACCES"].includes(systemErrorCode(error) ?? "")) return undefined;
    throw error;
  }
}

/**
 * The data and its passwords, made on the first start. They are made under another name and renamed together: a start that is killed half
 * way leaves no cluster at all, and the next one begins anew. Call under the start lock.
 * @throws EmbeddedFailure when initdb fails, or when the data is of another major version of PostgreSQL
 */
export async function prepareCluster(binaries: Binaries, data: DataDirectory, durable: boolean): Promise<Credentials> {
  await sweepDrafts(data.path);
  if (!existsSync(join(data.path, "cluster"))) await makeCluster(binaries, data, durable);
  const credentials = readCredentials(data.path);
  const made = readMajorVersion(data.path);
  if (credentials === undefined || made === undefined) {
    throw new EmbeddedFailure(
      `${join(data.path, "cluster")} is not a whole PostgreSQL; put its backup back or move it away to begin anew.`,
    );
  }
  const major = binaries.version.split(".")[0] ?? "";
  if (made !== major) {
    throw new EmbeddedFailure(
      `The data in ${data.path} is of PostgreSQL ${made} and the embedded one is ${major}; move it with pg_dump or set STOA_DATA.`,
    );
  }
  return credentials;
}

async function makeCluster(binaries: Binaries, data: DataDirectory, durable: boolean): Promise<void> {
  const draft = join(data.path, `cluster.new-${randomBytes(4).toString("hex")}`);
  const pgdata = join(draft, "data");
  const passwordFile = join(draft, "superuser-password");
  const credentials: Credentials = { superuserPassword: randomBytes(24).toString("hex"), ownerPassword: randomBytes(24).toString("hex") };
  mkdirSync(pgdata, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, credentials.superuserPassword, { mode: 0o600 });
  for (const path of [draft, pgdata, passwordFile]) giveTo(data.user, path);
  const outcome = await runProgram(
    join(binaries.directory, "initdb"),
    [
      `--pgdata=${pgdata}`,
      "--locale-provider=builtin",
      "--locale=C.UTF-8",
      "--encoding=UTF8",
      "-k",
      "--auth=scram-sha-256",
      `--username=${superuserName}`,
      `--pwfile=${passwordFile}`,
      ...(durable ? [] : ["--no-sync"]),
    ],
    data.user,
  );
  if (!outcome.succeeded) {
    removeLeftovers(data.path, basename(draft));
    throw new EmbeddedFailure(sayWhyNotMade(data.path, outcome.words), lastLines(outcome.words));
  }
  rmSync(passwordFile);
  const credentialsFile = join(draft, "credentials.json");
  writeFileSync(credentialsFile, `${JSON.stringify(credentials)}\n`, { mode: 0o600, flush: true });
  giveTo(data.user, credentialsFile);
  syncFolder(draft);
  renameSync(draft, join(data.path, "cluster"));
  syncFolder(data.path);
}

/** The last lines of what PostgreSQL wrote, for a person to read. */
export function lastLines(words: string): string {
  return words.trim().split("\n").slice(-20).join("\n");
}

function sayWhyNotMade(dataDirectory: string, words: string): string {
  if (words.includes("No space left on device") || words.includes("Disk quota exceeded")) {
    return `The disk that holds ${dataDirectory} is full; free 100 MB there or set STOA_DATA to another folder.`;
  }
  const nameless = /could not look up effective user ID (\d+)/.exec(words)?.[1];
  if (nameless !== undefined) {
    return `User ${nameless} has no entry in /etc/passwd, which PostgreSQL asks for; add one, run as another user, or set DATABASE_URL.`;
  }
  const reason = words.split("\n").find((line) => /error|fatal|cannot|could not/i.test(line)) ?? "no reason given";
  return `PostgreSQL could not make its data in ${dataDirectory} (${reason.trim()}); remove the cause and start again.`;
}

/** A killed start leaves its initdb running for a moment: it is ended before its draft is removed. */
async function sweepDrafts(dataDirectory: string): Promise<void> {
  for (const name of readdirSync(dataDirectory).filter((entry) => entry.startsWith("cluster.new-"))) {
    const pgdata = join(dataDirectory, name, "data");
    const left = () => [...postgresProcessesIn(pgdata), ...postgresProcessesIn(`--pgdata=${pgdata}`)];
    await waitUntil(() => {
      for (const pid of left()) signalProcess(pid, "SIGKILL");
      return left().length === 0;
    }, 5_000);
    removeLeftovers(dataDirectory, name);
  }
}

function readMajorVersion(dataDirectory: string): string | undefined {
  try {
    return readFileSync(join(pgdataOf(dataDirectory), "PG_VERSION"), "utf8").trim();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(systemErrorCode(error) ?? "")) return undefined;
    throw error;
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
