import Type from "typebox";
import { invoiceSettings } from "./invoices.ts";
import { orderSettings } from "./orders.ts";
import type { Setting } from "./setting.ts";
import { receiptToleranceMinor } from "./payments.ts";
import { declareSetting } from "./setting.ts";

export const idempotencyRetentionDays = declareSetting({
  name: "idempotency_retention_days",
  schema: Type.Integer({ minimum: 1, maximum: 400 }),
  default: 35,
  unit: "days",
  risk: "high",
  description:
    "How long the answer to a write is kept under its idempotency key, counted from the answer. A repeat that comes later is a new request, held back only by the natural key under it.",
});

export const bankTransferDeadlineHours = declareSetting({
  name: "bank_transfer_deadline_hours",
  schema: Type.Integer({ minimum: 1, maximum: 60 * 24 }),
  default: 7 * 24,
  unit: "hours",
  risk: "low",
  description:
    "How long stock is held for a checkout that is to be paid by bank transfer. Without a receipt by then it expires. A change counts for checkouts placed after it.",
});

export const sweeperIntervalMillis = declareSetting({
  name: "sweeper_interval_millis",
  schema: Type.Integer({ minimum: 10, maximum: 30_000 }),
  default: 1_000,
  unit: "milliseconds",
  risk: "low",
  description: "How long the sweeper rests between two looks for deadlines that have come.",
});

export const sweeperBatch = declareSetting({
  name: "sweeper_batch",
  schema: Type.Integer({ minimum: 1, maximum: 10_000 }),
  default: 200,
  unit: "deadlines",
  risk: "low",
  description: "How many due deadlines the sweeper reads at once.",
});

export const sequencerIntervalMillis = declareSetting({
  name: "sequencer_interval_millis",
  schema: Type.Integer({ minimum: 10, maximum: 10_000 }),
  default: 200,
  unit: "milliseconds",
  risk: "low",
  description: "How long an event waits at most for its position when nobody wakes the sequencer.",
});

export const sequencerBatch = declareSetting({
  name: "sequencer_batch",
  schema: Type.Integer({ minimum: 1, maximum: 50_000 }),
  default: 2_000,
  unit: "events",
  risk: "low",
  description: "How many events one transaction of the sequencer numbers at most.",
});

export const apiKeyCacheMillis = declareSetting({
  name: "api_key_cache_millis",
  schema: Type.Integer({ minimum: 0, maximum: 1_000 }),
  default: 1_000,
  unit: "milliseconds",
  risk: "high",
  description: "How long a process believes what it has read of an API key. A revoked key may still be let in for so long.",
});

export const purgeIntervalSeconds = declareSetting({
  name: "purge_interval_seconds",
  schema: Type.Integer({ minimum: 1, maximum: 24 * 60 * 60 }),
  default: 60 * 60,
  unit: "seconds",
  risk: "low",
  description: "How often stored answers that are older than their retention are looked for.",
});

export const purgeBatch = declareSetting({
  name: "purge_batch",
  schema: Type.Integer({ minimum: 1, maximum: 50_000 }),
  default: 2_000,
  unit: "answers",
  risk: "low",
  description: "How many stored answers one transaction of the purge deletes at most.",
});

export const ledgerRollUpIntervalMillis = declareSetting({
  name: "ledger_roll_up_interval_millis",
  schema: Type.Integer({ minimum: 10, maximum: 60_000 }),
  default: 1_000,
  unit: "milliseconds",
  risk: "low",
  description: "How long what was booked waits until it is added to the balances. A balance that is read counts what waits, too.",
});

export const ledgerRollUpBatch = declareSetting({
  name: "ledger_roll_up_batch",
  schema: Type.Integer({ minimum: 1, maximum: 50_000 }),
  default: 2_000,
  unit: "transactions",
  risk: "low",
  description: "How many transactions of the books are added to the balances at once.",
});

/** All settings there are. */
export const spineSettings: readonly Setting[] = [
  idempotencyRetentionDays,
  bankTransferDeadlineHours,
  sweeperIntervalMillis,
  sweeperBatch,
  sequencerIntervalMillis,
  sequencerBatch,
  apiKeyCacheMillis,
  purgeIntervalSeconds,
  purgeBatch,
  ledgerRollUpIntervalMillis,
  ledgerRollUpBatch,
  receiptToleranceMinor,
  ...orderSettings,
  ...invoiceSettings,
];
