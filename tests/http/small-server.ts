import { createHash } from "node:crypto";
import type { AddressInfo } from "node:net";
import type { AdmissionBounds } from "../../src/http/admission.ts";
import { createAnswerOnce } from "../../src/http/answer-once.ts";
import { createAuthenticator } from "../../src/http/authenticate.ts";
import { momentFrom } from "../../src/http/moment.ts";
import type { Operation } from "../../src/http/operation.ts";
import type { Policy } from "../../src/http/policy.ts";
import { createServer } from "../../src/http/server.ts";
import { type Instant, instant } from "../../src/kernel/clock.ts";
import { type ApiKeyId, createIdSource } from "../../src/kernel/ids.ts";
import { keyText, type OrganisationKind, type Role, type StoredKey } from "../../src/modules/identity/index.ts";
import type { Database } from "../../src/platform/db/index.ts";
import { createLogger, createMetrics } from "../../src/platform/telemetry/index.ts";

export type SmallServer = {
  readonly url: string;
  /** `Bearer …` of a new key of a new organisation, or of one that is there. */
  readonly key: (kind: OrganisationKind, role: Role, organisationId?: StoredKey["organisationId"]) => string;
  /** What it has logged, line by line. */
  readonly logs: () => readonly Record<string, unknown>[];
  readonly close: () => Promise<void>;
};

export const newId = createIdSource((bytes) => crypto.getRandomValues(bytes));
const start: Instant = instant(1_795_000_000_000);
const secret = "A".repeat(32);

/** A server in this process with a few operations of a test's own, for what the frame does around any operation. */
export async function openSmallServer(options: {
  readonly operations: readonly Operation[];
  readonly policy: Policy;
  readonly database: Database;
  readonly bounds?: AdmissionBounds;
  readonly requestMillis?: number;
  /** What looking up a key waits for. */
  readonly keysAreRead?: () => Promise<void>;
}): Promise<SmallServer> {
  const { operations, policy, database, bounds, requestMillis, keysAreRead = async () => undefined } = options;
  const keys = new Map<ApiKeyId, StoredKey>();
  const lines: Record<string, unknown>[] = [];
  const moment = momentFrom(start);
  const databaseOf = (): Database => database;
  const app = createServer({
    ...{ operations, policy, newId, moment },
    ...(bounds === undefined ? {} : { bounds }),
    ...(requestMillis === undefined ? {} : { requestMillis }),
    logger: createLogger({
      level: "info",
      destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
    }),
    metrics: createMetrics(),
    isDraining: () => false,
    frame: {
      databaseOf,
      authenticator: createAuthenticator({
        find: async (keyId) => {
          await keysAreRead();
          return keys.get(keyId);
        },
        cacheMillis: 0,
      }),
      answerOnce: createAnswerOnce({ databaseOf, newId, moment }),
      newId,
      afterWrite: () => undefined,
    },
    mountSystem: () => undefined,
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    key: (kind, role, organisationId = newId(start)) => {
      const keyId = newId<ApiKeyId>(start);
      const secretHash = createHash("sha256").update(secret).digest();
      keys.set(keyId, { keyId, organisationId, kind, role, name: "test", createdAt: start, personId: null, revokedAt: null, secretHash });
      return `Bearer ${keyText(keyId, secret)}`;
    },
    logs: () => lines,
    close: async () => {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}
