import { createHmac } from "node:crypto";
import type { Configuration } from "../platform/configuration/index.ts";
import { type Embedded, startEmbedded } from "../platform/db/embedded/index.ts";
import { type Database, pendingMigrations } from "../platform/db/index.ts";
import { ensureLogin } from "../platform/db/roles.ts";
import { Misconfigured } from "./misconfigured.ts";

/** How the database is reached: as the application's login user and as the owner of its schema. */
export type DatabaseAccess = {
  readonly url: string;
  readonly ownerUrl: string;
  /** The login user that migrations make a member of the roles; undefined when it is the owner. */
  readonly applicationUser: string | undefined;
  /** Where the embedded database keeps its data; undefined for a database of one's own. */
  readonly dataDirectory: string | undefined;
  /** To be called last: the embedded server ends with the last process that uses it. */
  readonly release: () => Promise<void>;
};

const embeddedLogin = "stoa_login";

/**
 * The configured database, or the embedded one, started or joined.
 *
 * @throws EmbeddedFailure when the embedded one cannot run here
 */
export async function reachDatabase(
  { databaseUrl, ownerUrl, directUrl }: Configuration,
  { dataDirectory, log }: { readonly dataDirectory: () => string; readonly log: (line: string) => void },
): Promise<DatabaseAccess> {
  if (databaseUrl !== undefined) {
    const applicationUser = decodeURIComponent(new URL(databaseUrl).username);
    return {
      url: databaseUrl,
      ownerUrl: ownerUrl ?? directUrl ?? databaseUrl,
      applicationUser: applicationUser === "" ? undefined : applicationUser,
      dataDirectory: undefined,
      release: async () => undefined,
    };
  }
  const folder = dataDirectory();
  const embedded = await startEmbedded({ dataDirectory: folder, log });
  try {
    const password = passwordOf(embedded);
    await ensureLogin(embedded.ownerUrl, embeddedLogin, password);
    const url = new URL(embedded.ownerUrl);
    url.username = embeddedLogin;
    url.password = password;
    return {
      url: url.href,
      ownerUrl: embedded.ownerUrl,
      applicationUser: embeddedLogin,
      dataDirectory: folder,
      release: () => embedded.stop(),
    };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

/** @throws Misconfigured when the database is behind the code */
export async function checkMigrated(database: Database): Promise<void> {
  const [first, ...others] = await pendingMigrations(database);
  if (first === undefined) return;
  throw new Misconfigured(`The database lacks ${others.length + 1} migration(s), from ${first} on: run \`stoa migrate\`.`);
}

// Each process that joins sets the same password again, so that it locks out none that is there already.
function passwordOf({ password }: Embedded): string {
  return createHmac("sha256", password).update(embeddedLogin).digest("base64url");
}
