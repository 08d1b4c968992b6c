export { type InstantText, instantParameter, now } from "./clock.ts";
export { type Database, type DatabaseOptions, type Limits, type Observation, openDatabase } from "./database.ts";
export {
  CommitRefused,
  CommitUnanswered,
  ConnectionLost,
  isLockTimeout,
  isStatementTimeout,
  isTransient,
  MoreRowsNeeded,
  StatementOutdated,
  sqlState,
  violatedConstraint,
} from "./faults.ts";
export type { LockKind } from "./lock-order.ts";
export type { Overloaded, PoolStats } from "./pool.ts";
export { type Answers, locking, type Parameter, type Statement, sql } from "./sql.ts";
export {
  type FlowReaderScope,
  type FlowScope,
  type OrganisationScope,
  type Reader,
  type ReaderScope,
  type Transaction,
  type TransactionScope,
  withFlowReader,
  withFlowTransaction,
  withReader,
  withTransaction,
} from "./transaction.ts";
export { type LifecycleEdge } from "./lifecycle-edges.ts";
export { migrate, type MigrationOptions, MigrationRefused, pendingMigrations } from "./migrations.ts";
export { dumpSchema } from "./schema-dump.ts";
export { AdministratorNeeded, type Role, roles } from "./roles.ts";

/** Tables that no module owns: the clock of the tests and the edges that the triggers ask. */
export const owns = ["clock_offset", "lifecycle_edges"] as const;
