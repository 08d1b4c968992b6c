import { type Binaries, findPackage, prepareBinaries } from "./binaries.ts";
import { type Credentials, ownerName, prepareCluster, readCredentials } from "./cluster.ts";
import { type DataDirectory, existingDataDirectory, prepareDataDirectory } from "./data-directory.ts";
import { liveHolders, registerHolder, removeHolder } from "./holders.ts";
import { openToOwner, ownerUrlOf, superuserUrlOf } from "./roles.ts";
import { findOrLaunchServer, findReadyServer, host, isAlive, type RunningServer, type ServerOptions, stopServer } from "./server.ts";
import { boundServerLog } from "./server-log.ts";
import { withStartLock } from "./start-lock.ts";

const watchMilliseconds = 1_000;
const restartAttempts = 5;

export type EmbeddedOptions = {
  /** Where the data is, or will be made. */
  dataDirectory: string;
  /** Takes one line for people. */
  log: (line: string) => void;
  /** The port to listen on; without it a free one. A server that already runs keeps its own. */
  port?: number;
  /** False only for data that may be lost: commits are then not flushed to the disk. Default true. */
  durable?: boolean;
  /** Further settings of PostgreSQL, by name, for a server that is started here. */
  settings?: Record<string, string>;
  /** The unpacked npm package with PostgreSQL for this machine; default the installed one. */
  packageDirectory?: string;
};

/** An embedded server in use. */
export type Embedded = {
  /** The owner role (no superuser; may create roles and databases) on database `stoa`. */
  ownerUrl: string;
  superuserUrl: string;
  host: string;
  port: number;
  /** The owner's name and password. */
  user: string;
  password: string;
  binariesDirectory: string;
  /** The server's process now; another one after it was killed and restarted. */
  readonly pid: number;
  /** Leaves the server, and stops it when no other living process uses it. May be called more than once. */
  stop(): Promise<void>;
};

/** What another process needs to reach a server that runs. */
export type FoundEmbedded = { ownerUrl: string; superuserUrl: string; port: number; pid: number };

/**
 * Brings up the PostgreSQL of a data directory, or joins the one that already runs there (an orphan of a killed process, or in use by
 * others). While in use it is restarted on the same port if it dies. The first start makes the data.
 * @throws EmbeddedFailure in one sentence, with the last lines of PostgreSQL's log
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const packageDirectory = options.packageDirectory ?? findPackage();
  const data = prepareDataDirectory(options.dataDirectory);
  const serverOptions: ServerOptions = { durable: options.durable ?? true, port: options.port, settings: options.settings ?? {} };
  return withStartLock(data, async () => {
    liveHolders(data.path);
    const binaries = await prepareBinaries(packageDirectory, data.path, data.user);
    const credentials = await prepareCluster(binaries, data, serverOptions.durable);
    const before = findReadyServer(data.path);
    const server = await openToOwner(data.path, credentials, () => findOrLaunchServer(binaries, data, serverOptions));
    options.log(sayHowFound(server, before, data.path));
    const holder = registerHolder(data.path, data.user);
    return keepUp({ binaries, data, credentials, holder, log: options.log, options: { ...serverOptions, port: server.port } }, server);
  });
}

/** The server that runs in a data directory, for a second process such as a command of the same installation; undefined when none does. */
export function findEmbedded(dataDirectory: string): FoundEmbedded | undefined {
  const data = existingDataDirectory(dataDirectory);
  if (data === undefined) return undefined;
  const credentials = readCredentials(data.path);
  const server = credentials === undefined ? undefined : findReadyServer(data.path);
  if (credentials === undefined || server === undefined) return undefined;
  const { port, pid } = server;
  return { ownerUrl: ownerUrlOf(server, credentials), superuserUrl: superuserUrlOf(server, credentials), port, pid };
}

/**
 * Stops the server of a data directory that no living process uses any more, as after a kill.
 * @returns false when it is in use, true when it does not run any more
 */
export async function stopAbandoned(dataDirectory: string): Promise<boolean> {
  const data = existingDataDirectory(dataDirectory);
  if (data === undefined) return true;
  return withStartLock(data, async () => {
    if (liveHolders(data.path).length > 0) return false;
    await stopServer(data.path);
    return true;
  });
}

type Keeping = {
  binaries: Binaries;
  data: DataDirectory;
  credentials: Credentials;
  holder: string;
  log: (line: string) => void;
  options: ServerOptions;
};

function keepUp(keeping: Keeping, first: RunningServer): Embedded {
  const { binaries, data, credentials, holder, log, options } = keeping;
  let server = first;
  let failures = 0;
  let looking: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;

  const watch = setInterval(() => {
    if (looking !== undefined) return;
    looking = look().finally(() => {
      looking = undefined;
    });
  }, watchMilliseconds);
  watch.unref();

  async function look(): Promise<void> {
    try {
      boundServerLog(data.path);
      if (isAlive(server)) return;
      server = await withStartLock(data, () => findOrLaunchServer(binaries, data, options));
      failures = 0;
      log(`The embedded PostgreSQL had ended and runs again as process ${server.pid}.`);
    } catch (error) {
      failures += 1;
      log(error instanceof Error ? error.message : String(error));
      if (failures < restartAttempts) return;
      clearInterval(watch);
      log(
        `The embedded PostgreSQL failed ${restartAttempts} times in a row and is not restarted any more; stop this process and start again.`,
      );
    }
  }

  async function leave(): Promise<void> {
    clearInterval(watch);
    await looking;
    await withStartLock(data, async () => {
      removeHolder(data.path, holder);
      const others = liveHolders(data.path);
      if (others.length > 0) log(`The embedded PostgreSQL stays up: ${others.length} more in use of it.`);
      else await stopServer(data.path);
    });
  }

  return {
    ownerUrl: ownerUrlOf(server, credentials),
    superuserUrl: superuserUrlOf(server, credentials),
    host,
    port: server.port,
    user: ownerName,
    password: credentials.ownerPassword,
    binariesDirectory: binaries.directory,
    get pid() {
      return server.pid;
    },
    stop: () => (stopped ??= leave()),
  };
}

function sayHowFound(server: RunningServer, before: RunningServer | undefined, dataDirectory: string): string {
  const what = before === undefined ? "started" : "was running and is shared";
  return `The embedded PostgreSQL ${what}: process ${server.pid}, port ${server.port} of ${host}, data in ${dataDirectory}.`;
}
