import { randomFillSync } from "node:crypto";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { machines } from "./cli/machines.ts";
import { orderRules } from "./modules/orders/index.ts";
import { paymentRules } from "./modules/payments/index.ts";
import { checkMigrated } from "./cli/database-access.ts";
import { readCommandLine } from "./cli/command-line.ts";
import { failureOf } from "./cli/failures.ts";
import { listeningMistake, originOf } from "./cli/listening.ts";
import { type Marketplace, run } from "./cli/run.ts";
import { within } from "./cli/stopping.ts";
import { placingLocks, previewCheckout } from "./flows/place-checkouts/index.ts";
import { createAnswerOnce } from "./http/answer-once.ts";
import { type Authenticator, createAuthenticator } from "./http/authenticate.ts";
import { momentFrom } from "./http/moment.ts";
import { openApiDocument } from "./http/openapi.ts";
import { type PlacingLanes, placingSteps } from "./http/placing.ts";
import { rolesFor } from "./http/policy.ts";
import { allOperations } from "./http/routes/index.ts";
import { createServer } from "./http/server.ts";
import { mountHealth } from "./http/system/health.ts";
import { mountMetrics } from "./http/system/metrics.ts";
import { mountReference } from "./http/system/reference.ts";
import { instant } from "./kernel/clock.ts";
import { createIdSource, fromWireId, prefixes } from "./kernel/ids.ts";
import { findKey } from "./modules/identity/index.ts";
import { type Configuration, drainMillis, readConfiguration } from "./platform/configuration/index.ts";
import {
  type Database,
  type DatabaseOptions,
  isTransient,
  now,
  openDatabase,
  violatedConstraint,
  withFlowReader,
  withFlowTransaction,
  withReader,
} from "./platform/db/index.ts";
import { pendingMigrations } from "./platform/db/migrations.ts";
import { lostTheKey } from "./platform/idempotency/index.ts";
import { createLanes } from "./platform/lane/index.ts";
import { edgeRows } from "./platform/lifecycle/index.ts";
import {
  apiKeyCacheMillis,
  bankTransferDeadlineHours,
  createSettings,
  idempotencyRetentionDays,
  spineSettings,
} from "./platform/settings/index.ts";
import { createLogger, createMetrics, type Logger } from "./platform/telemetry/index.ts";
import { runDoctor } from "./views/doctor/index.ts";
import { startRunners } from "./worker/runners.ts";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[/\\]$/, "");
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
const newId = createIdSource((bytes) => randomFillSync(bytes));
const hourMillis = 60 * 60 * 1_000;

/** The whole marketplace in one process: server, lanes, sequencer, sweeper. */
async function openMarketplace(configuration: Configuration, url: string, logger: Logger): Promise<Marketplace> {
  const settings = createSettings(spineSettings);
  const metrics = createMetrics();
  const onConnectionError = (error: Error): void => logger.warn({ error }, "a connection to the database broke while it was idle");
  const open = (applicationName: string, options: Partial<DatabaseOptions>): Database =>
    openDatabase({
      url,
      applicationName,
      prepared: configuration.prepared,
      assertions: configuration.environment !== "production",
      queueSize: configuration.queueSize,
      queueWaitMillis: configuration.queueWaitMillis,
      statementTimeoutMillis: configuration.statementTimeoutMillis,
      lockTimeoutMillis: configuration.lockTimeoutMillis,
      idleInTransactionMillis: configuration.idleInTransactionMillis,
      onConnectionError,
      ...options,
    });
  const databases = {
    organisations: open("stoa", { poolSize: configuration.poolSize }),
    operator: open("stoa operator", { poolSize: configuration.operatorPoolSize }),
    lanes: open("stoa lane", {
      poolSize: configuration.lanes,
      lockTimeoutMillis: configuration.laneLockTimeoutMillis,
      planCacheMode: "force_generic_plan",
    }),
    door: open("stoa door", { poolSize: 2 }),
    background: open("stoa background", { url: configuration.directUrl ?? url, poolSize: configuration.workPoolSize }),
  };
  const closeDatabases = async (): Promise<void> => {
    await Promise.all(Object.values(databases).map((database) => database.close()));
  };
  try {
    await checkMigrated(databases.background);
  } catch (error) {
    await closeDatabases();
    throw error;
  }
  const moment = momentFrom(instant(await withReader(databases.background, { role: "stoa_read" }, now)));
  const runners = startRunners({ database: databases.background, settings, logger, metrics, newId });

  const payWithinMillis = settings.value(bankTransferDeadlineHours) * hourMillis;
  const meansOf = (operationId: string) => ({
    rules: {
      mayPlace: (role: string) => rolesFor(operationId).some((each) => each === role),
      payWithinMillis,
      orders: orderRules(settings),
    },
    newId,
  });
  const lanes: PlacingLanes = createLanes(
    placingSteps(meansOf("buyer.checkouts.place"), {
      transact: (work) => withFlowTransaction(databases.lanes, { role: "stoa_flow", locks: placingLocks }, work),
      isRepeatable: (error) => isTransient(error) || lostTheKey(error) || violatedConstraint(error) === "checkouts_live_reference",
      onFault: (error, { command }) =>
        logger.error({ error, request_id: command.requestId, lines: command.lines.length }, "a checkout could not be judged"),
      onBatch: (size, seconds) => {
        metrics.lane.batch.observe({ lane: "placing" }, size);
        metrics.lane.seconds.observe({ lane: "placing" }, seconds);
        runners.wakeSequencer();
      },
    }),
    { lanes: configuration.lanes, commands: 200, weight: 2_000, queued: 1_000, asideMillis: 2_000 },
  );

  const operations = allOperations({
    browse: {
      asEverybody: (work) => withReader(databases.organisations, { role: "stoa_public" }, work),
      asCompany: (organisation, work) => withReader(databases.organisations, { role: "stoa_application", organisation }, work),
    },
    placing: {
      lanes,
      newId,
      moment,
      preview: (command) =>
        withFlowReader(databases.organisations, { role: "stoa_flow" }, (reader) =>
          previewCheckout(reader, command, meansOf("buyer.checkouts.preview")),
        ),
    },
    orders: orderRules(settings),
    payments: paymentRules(settings),
    doctor: () => runDoctor(databases.background, { retentionDays: settings.value(idempotencyRetentionDays) }),
  });
  const authenticator = createAuthenticator({
    find: (keyId) => withReader(databases.door, { role: "stoa_auth" }, (reader) => findKey(reader, keyId)),
    cacheMillis: settings.value(apiKeyCacheMillis),
  });
  const databaseOf = (audience: string): Database => (audience === "operator" ? databases.operator : databases.organisations);
  let draining = false;
  const app = createServer({
    operations,
    newId,
    moment,
    logger,
    metrics,
    isDraining: () => draining,
    frame: {
      databaseOf,
      authenticator,
      answerOnce: createAnswerOnce({ databaseOf, newId, moment }),
      newId,
      afterWrite: (operation, call) => {
        runners.wakeSequencer();
        forgetChanged(authenticator, operation.id, call.params);
      },
    },
    mountSystem: (system) => {
      mountHealth(system, async () => ({
        obstacles: draining ? ["The server is ending."] : await obstaclesOf(databases.background),
        degraded: runners.degraded(),
      }));
      mountMetrics(system, {
        metrics,
        token: configuration.metricsToken,
        collect: () => {
          metrics.lane.queue.set({ lane: "placing" }, lanes.waiting());
          for (const [pool, database] of Object.entries(databases)) {
            const { open: connected, busy, waiting } = database.stats();
            metrics.pool.connections.set({ pool, state: "open" }, connected);
            metrics.pool.connections.set({ pool, state: "busy" }, busy);
            metrics.pool.waiting.set({ pool }, waiting);
          }
        },
      });
      mountReference(system, openApiDocument(operations, version));
    },
  });

  return {
    database: databases.operator,
    listen: async (): Promise<string> => {
      const { host, port } = configuration;
      try {
        await app.listen({ host, port });
      } catch (error) {
        throw listeningMistake(error, { host, port }) ?? error;
      }
      return originOf({ host, port: (app.server.address() as AddressInfo).port });
    },
    /** Takes nothing new, lets what is under way end within the drain's time, stops the runners, closes the pools. */
    stop: async (): Promise<void> => {
      draining = true;
      // A connection that becomes idle while the server ends would otherwise be kept for its next request.
      const idle = setInterval(() => app.server.closeIdleConnections(), 50);
      const ended = await within(drainMillis, Promise.all([app.close(), lanes.close()]));
      clearInterval(idle);
      if (!ended) {
        logger.error("requests were still under way when the time to drain was over");
        app.server.closeAllConnections();
      }
      await runners.stop();
      await closeDatabases();
    },
  };
}

async function obstaclesOf(database: Database): Promise<readonly string[]> {
  try {
    const pending = await pendingMigrations(database);
    return pending.length === 0 ? [] : [`The database lacks ${pending.length} migration(s).`];
  } catch (error) {
    return [failureOf(error)?.split("\n")[0] ?? "The database cannot be asked."];
  }
}

/** What this process has read of keys that were revoked, and of those of members who changed, counts no longer. */
function forgetChanged({ forget, forgetMember }: Authenticator, operationId: string, params: unknown): void {
  const { id, member } = params as { readonly id?: string; readonly member?: string };
  const keyId = operationId.endsWith(".keys.revoke") ? fromWireId(prefixes.apiKey, id ?? "") : undefined;
  if (keyId !== undefined) forget(keyId);
  const personId = fromWireId(prefixes.person, member ?? "");
  if (personId !== undefined) forgetMember(personId);
}

/** @returns the exit code */
async function main(words: readonly string[]): Promise<number> {
  const tell = (text: string): void => void process.stderr.write(`${text}\n`);
  try {
    return await run(readCommandLine(words), readConfiguration(process.env), {
      openMarketplace,
      createLogger,
      edges: edgeRows(machines),
      newId,
      root,
      environment: process.env,
      print: (text) => void process.stdout.write(`${text}\n`),
      tell,
    });
  } catch (error) {
    tell(failureOf(error) ?? describeFault(error));
    // What was opened before it failed must not keep a process alive that does nothing.
    process.exit(1);
  }
}

function describeFault(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

process.exitCode = await main(process.argv.slice(2));
