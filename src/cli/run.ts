import type { IdSource } from "../kernel/ids.ts";
import type { Configuration } from "../platform/configuration/index.ts";
import { type Database, openDatabase } from "../platform/db/index.ts";
import { defaultDataDirectory } from "../platform/db/embedded/index.ts";
import { migrate } from "../platform/db/migrations.ts";
import type { createLogger, Logger } from "../platform/telemetry/index.ts";
import { type CommandLine, usage } from "./command-line.ts";
import { Misconfigured } from "./misconfigured.ts";
import { checkMigrated, type DatabaseAccess, reachDatabase } from "./database-access.ts";
import { doctor } from "./doctor.ts";
import { checkPort } from "./listening.ts";
import { operatorInit } from "./operator-init.ts";
import { greeting, openDemoMarket, sendTo } from "./start.ts";
import { untilToldToEnd } from "./stopping.ts";

/** A marketplace that runs in this process. */
export type Marketplace = {
  /** The pool of the operator's tree. */
  readonly database: Database;
  /** @returns its URL @throws Misconfigured when the port cannot be had */
  readonly listen: () => Promise<string>;
  /** Drains, and closes everything it opened. */
  readonly stop: () => Promise<void>;
};

/** What the commands need from above their floor and from outside. */
export type Surroundings = {
  readonly openMarketplace: (configuration: Configuration, url: string, logger: Logger) => Promise<Marketplace>;
  readonly createLogger: typeof createLogger;
  readonly edges: Parameters<typeof migrate>[0]["edges"];
  readonly newId: IdSource;
  /** The checkout's folder. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For people, and for what is asked for. */
  readonly print: (text: string) => void;
  /** For people, beside what is asked for. */
  readonly tell: (text: string) => void;
};

/** Runs a command to its end. @returns the exit code */
export async function run(commandLine: CommandLine, configuration: Configuration, around: Surroundings): Promise<number> {
  switch (commandLine.command) {
    case "help":
      around.print(usage);
      return 0;
    case "start":
      await start(configuration, around);
      return 0;
    case "serve":
      await serve(configuration, around);
      return 0;
    case "migrate":
      await withAccess(configuration, around, (access) => bringUp(access, around));
      return 0;
    case "operator init":
      await withPool(configuration, around, (database) =>
        operatorInit(database, { newId: around.newId, name: commandLine.name, json: commandLine.json, print: around.print }),
      );
      return 0;
    case "doctor":
      return withPool(configuration, around, async (database) =>
        (await doctor(database, { json: commandLine.json, print: around.print })) ? 0 : 1,
      );
  }
}

/** Everything from nothing: database, schema, server, and on the embedded database a demo market. */
async function start(configuration: Configuration, around: Surroundings): Promise<void> {
  if (configuration.port !== 0) await checkPort(configuration);
  await withAccess(configuration, around, async (access) => {
    await bringUp(access, around);
    const folder = access.dataDirectory;
    await whileOpen(configuration, access, around, async ({ database }, url, logger) => {
      const open = () => (folder === undefined ? undefined : openDemoMarket({ folder, database, newId: around.newId, send: sendTo(url) }));
      around.print(greeting(url, await quietly(logger, open)));
    });
  });
}

/** The server alone. It answers when it says so. */
async function serve(configuration: Configuration, around: Surroundings): Promise<void> {
  if (configuration.databaseUrl === undefined) {
    throw new Misconfigured("`stoa serve` needs DATABASE_URL; `stoa start` brings a PostgreSQL of its own for a first look.");
  }
  await withAccess(configuration, around, (access) =>
    whileOpen(configuration, access, around, async (_marketplace, url) => around.tell(`Stoa answers at ${url}`)),
  );
}

/** Leaves out the lines about what goes well: whoever looks for the first time is not to read a page of requests of our own. */
async function quietly<T>(logger: Logger, work: () => T): Promise<Awaited<T>> {
  const { level } = logger;
  if (level === "info") logger.level = "warn";
  try {
    return await work();
  } finally {
    logger.level = level;
  }
}

async function whileOpen(
  configuration: Configuration,
  { url: databaseUrl }: DatabaseAccess,
  around: Surroundings,
  announce: (marketplace: Marketplace, url: string, logger: Logger) => Promise<void>,
): Promise<void> {
  const toldToEnd = untilToldToEnd();
  const logger = around.createLogger({ level: configuration.logLevel });
  const marketplace = await around.openMarketplace(configuration, databaseUrl, logger);
  try {
    await announce(marketplace, await marketplace.listen(), logger);
    logger.info({ signal: await toldToEnd }, "ending");
  } finally {
    await marketplace.stop();
  }
}

async function bringUp({ ownerUrl, applicationUser }: DatabaseAccess, { edges, tell }: Surroundings): Promise<void> {
  await migrate({ ownerUrl, applicationUser, edges, log: tell });
}

async function withPool<T>(configuration: Configuration, around: Surroundings, work: (database: Database) => Promise<T>): Promise<T> {
  return withAccess(configuration, around, async ({ url }) => {
    const database = openDatabase({
      url,
      applicationName: "stoa command",
      poolSize: 2,
      prepared: configuration.prepared,
      assertions: configuration.environment !== "production",
    });
    try {
      await checkMigrated(database);
      return await work(database);
    } finally {
      await database.close();
    }
  });
}

async function withAccess<T>(configuration: Configuration, around: Surroundings, work: (access: DatabaseAccess) => Promise<T>): Promise<T> {
  const access = await reachDatabase(configuration, { dataDirectory: () => dataDirectoryOf(around), log: around.tell });
  try {
    return await work(access);
  } finally {
    await access.release();
  }
}

function dataDirectoryOf({ environment, root }: Surroundings): string {
  return defaultDataDirectory(environment, root, process.getuid?.());
}
