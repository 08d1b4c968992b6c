import { ConfigurationMistaken } from "../platform/configuration/index.ts";
import { EmbeddedFailure } from "../platform/db/embedded/index.ts";
import { isTransient, sqlState } from "../platform/db/index.ts";
import { MigrationRefused } from "../platform/db/migrations.ts";
import { AdministratorNeeded } from "../platform/db/roles.ts";
import { Misconfigured } from "./misconfigured.ts";

/** What to tell people about an error they can do something about; undefined for one that is a fault. */
export function failureOf(error: unknown): string | undefined {
  if (error instanceof EmbeddedFailure) return error.serverLog === "" ? error.message : `${error.message}\n\n${error.serverLog}`;
  if (
    error instanceof Misconfigured ||
    error instanceof ConfigurationMistaken ||
    error instanceof MigrationRefused ||
    error instanceof AdministratorNeeded
  )
    return error.message;
  const state = sqlState(error);
  if (state === "28P01" || state === "28000")
    return "The database refuses this user or password: check DATABASE_URL and DATABASE_OWNER_URL.";
  if (state === "3D000") return "The database that the URL names does not exist: create it first.";
  if (state === "42501") return `The login user lacks a right (${messageOf(error)}): run \`stoa migrate\` with DATABASE_OWNER_URL.`;
  if (isTransient(error))
    return `The database cannot be reached: ${messageOf(causeOf(error))}. See that it runs, and check the URLs that lead to it.`;
  return undefined;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}
