import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type Binaries, programEnvironment } from "./binaries.ts";
import { pgdataOf } from "./cluster.ts";
import type { DataDirectory } from "./data-directory.ts";
import { EmbeddedFailure, systemErrorCode } from "./embedded-failure.ts";
import { readPostmasterFile } from "./postmaster-file.ts";
import { isServerOf, postgresProcessesIn, processIdentity, signalProcess } from "./processes.ts";
import { boundServerLog, serverLogPath, serverLogSince, serverLogSize } from "./server-log.ts";
import { giveTo } from "./server-user.ts";
import { waitUntil } from "./waiting.ts";

export const host = "127.0.0.1";

/** Recovery after a crash replays the log since the last checkpoint: a minute is rare, five are a disk that does not answer. */
const startLimitMilliseconds = 300_000;
const stopLimitMilliseconds = 20_000;
const strayLimitMilliseconds = 3_000;
const portAttempts = 5;

/** A server that accepts connections. `identity` tells it from a later process of the same number. */
export type RunningServer = { pid: number; identity: string; port: number };

/** How a server is started. `settings` are PostgreSQL's, by name; they go over those of this file. */
export type ServerOptions = { durable: boolean; port: number | undefined; settings: Record<string, string> };

/** The server of this data directory when it accepts connections now. */
export function findReadyServer(dataDirectory: string): RunningServer | undefined {
  const pgdata = pgdataOf(dataDirectory);
  const file = readPostmasterFile(pgdata);
  if (file === undefined || file === "broken" || file.status !== "ready" || file.port === undefined) return undefined;
  const identity = processIdentity(file.pid);
  if (identity === undefined || !isServerOf(file.pid, pgdata)) return undefined;
  return { pid: file.pid, identity, port: file.port };
}

/** Whether this very server still runs. */
export function isAlive(server: RunningServer): boolean {
  return processIdentity(server.pid) === server.identity;
}

/**
 * The server of this data directory: the one that runs, whoever started it, else a new one. Call under the start lock.
 * @throws EmbeddedFailure when none can be brought up
 */
export async function findOrLaunchServer(binaries: Binaries, data: DataDirectory, options: ServerOptions): Promise<RunningServer> {
  const running = await waitForRunningServer(data.path);
  if (running !== undefined) return running;
  await clearAway(data.path);
  if (options.port !== undefined && !(await isFree(options.port))) {
    throw new EmbeddedFailure(`Port ${options.port} of ${host} is taken; free it or ask for another one.`);
  }
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await launch(binaries, data, options, options.port ?? (await choosePort()));
    if (outcome.server !== undefined) return outcome.server;
    // Another program may take the chosen port before the server does.
    const portLost = /could not bind|Address already in use|could not create any TCP/.test(outcome.words);
    if (portLost && options.port === undefined && attempt < portAttempts) continue;
    throw new EmbeddedFailure(sayWhyNotUp(data.path, outcome.words), outcome.words);
  }
}

/**
 * Stops the server: SIGINT rolls open transactions back and writes a checkpoint; what still runs after 20 seconds is killed, and the next
 * start recovers. Call under the start lock.
 */
export async function stopServer(dataDirectory: string): Promise<void> {
  const pgdata = pgdataOf(dataDirectory);
  const file = readPostmasterFile(pgdata);
  if (file !== undefined && file !== "broken" && isServerOf(file.pid, pgdata)) {
    const { pid } = file;
    const identity = processIdentity(pid);
    signalProcess(pid, "SIGINT");
    if (await waitUntil(() => processIdentity(pid) !== identity, stopLimitMilliseconds)) return;
    signalProcess(pid, "SIGKILL");
  }
  await endStrays(pgdata);
}

async function waitForRunningServer(dataDirectory: string): Promise<RunningServer | undefined> {
  const pgdata = pgdataOf(dataDirectory);
  let ready: RunningServer | undefined;
  const settled = await waitUntil(() => {
    ready = findReadyServer(dataDirectory);
    if (ready !== undefined) return true;
    const file = readPostmasterFile(pgdata);
    return file === undefined || file === "broken" || !isServerOf(file.pid, pgdata);
  }, startLimitMilliseconds);
  if (!settled) throw new EmbeddedFailure(`The PostgreSQL that runs in ${pgdata} has not become ready; end it and start again.`);
  return ready;
}

/** Clears the way for a new server: backends whose postmaster was killed, and a postmaster.pid that names somebody else. */
async function clearAway(dataDirectory: string): Promise<void> {
  const pgdata = pgdataOf(dataDirectory);
  await endStrays(pgdata);
  const file = readPostmasterFile(pgdata);
  if (file === undefined) return;
  // PostgreSQL believes that any living process of its own account is the server that a file left behind names; and in a container the new
  // server may well get the old one's number, so that the old file would pass for its own. Where strays cannot be looked for, the file of a
  // dead process stays: it names the shared memory by which PostgreSQL finds them.
  const namesLivingProcess = file !== "broken" && processIdentity(file.pid) !== undefined;
  if (process.platform === "linux" || file === "broken" || namesLivingProcess) rmSync(join(pgdata, "postmaster.pid"), { force: true });
}

async function endStrays(pgdata: string): Promise<void> {
  const left = () => postgresProcessesIn(pgdata);
  if (await waitUntil(() => left().length === 0, strayLimitMilliseconds)) return;
  for (const pid of left()) signalProcess(pid, "SIGKILL");
  if (await waitUntil(() => left().length === 0, strayLimitMilliseconds)) return;
  throw new EmbeddedFailure(`PostgreSQL processes ${left().join(", ")} of ${pgdata} cannot be ended; restart the machine.`);
}

type LaunchOutcome = { server: RunningServer | undefined; words: string };

async function launch(binaries: Binaries, data: DataDirectory, options: ServerOptions, port: number): Promise<LaunchOutcome> {
  const pgdata = pgdataOf(data.path);
  boundServerLog(data.path);
  const position = serverLogSize(data.path);
  const settings = Object.entries({ ...serverSettings(options.durable), ...options.settings, port: String(port) });
  const parameters = ["-D", pgdata, ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`])];
  const log = openSync(serverLogPath(data.path), "a", 0o600);
  giveTo(data.user, serverLogPath(data.path));
  // A session of its own and a file to write to: Ctrl-C, a closed terminal or the death of this process must not end it under the
  // requests that are still being answered.
  const child = spawn(join(binaries.directory, "postgres"), parameters, {
    detached: true,
    stdio: ["ignore", log, log],
    cwd: "/",
    env: programEnvironment,
    ...data.user,
  });
  closeSync(log);
  await once(child, "spawn");
  child.unref();
  let server: RunningServer | undefined;
  await waitUntil(() => {
    server = findReadyServer(data.path);
    return server !== undefined || child.exitCode !== null || child.signalCode !== null;
  }, startLimitMilliseconds);
  if (server === undefined) child.kill("SIGKILL");
  return { server, words: serverLogSince(data.path, position) };
}

function serverSettings(durable: boolean): Record<string, string> {
  const onOff = durable ? "on" : "off";
  return {
    listen_addresses: host,
    unix_socket_directories: "",
    max_connections: "100",
    shared_buffers: "128MB",
    jit: "off",
    timezone: "UTC",
    fsync: onOff,
    synchronous_commit: onOff,
    full_page_writes: onOff,
    max_wal_size: "2GB",
    // A failed statement is an answer of the application's, and details of a violated constraint are people's data: neither is for the log.
    log_error_verbosity: "terse",
    log_min_error_statement: "panic",
    log_checkpoints: "off",
    log_line_prefix: "%m [%p] ",
  };
}

function sayWhyNotUp(dataDirectory: string, words: string): string {
  if (words.includes("No space left on device") || words.includes("Disk quota exceeded")) {
    return `The disk that holds ${dataDirectory} is full; free some space and start again.`;
  }
  const reason = words.split("\n").find((line) => /FATAL|PANIC|error/.test(line));
  const shown = reason === undefined ? "no reason given" : reason.replace(/^.*?(FATAL|PANIC):\s*/, "");
  return `The embedded PostgreSQL did not start (${shown.trim()}); its log is ${serverLogPath(dataDirectory)}.`;
}

async function listenOnce(port: number): Promise<number> {
  const probe = createServer();
  probe.listen({ host, port, exclusive: true });
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return address.port;
}

async function choosePort(): Promise<number> {
  return listenOnce(0);
}

async function isFree(port: number): Promise<boolean> {
  try {
    await listenOnce(port);
    return true;
  } catch (error) {
    if (["EADDRINUSE", "EACCES"].includes(systemErrorCode(error) ?? "")) return false;
    throw error;
  }
}
