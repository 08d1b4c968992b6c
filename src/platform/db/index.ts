export { instantParameter, now } from "./clock.ts";
export { type Database, type DatabaseOptions, type Limits, type Observation, openDatabase } from "./database.ts";
export {
  CommitRefused,
  CommitUnanswered,
  ConnectionLost,
  isLockTimeout,
  isStatementTimeout,
  isTransient,
  StatementOutdated,
  sqlState,
  violatedConstraint,
} from "./faults.ts";
export { type LockKind, lockOrder } from "./lock-order.ts";
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
