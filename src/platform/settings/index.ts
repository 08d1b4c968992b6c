/** Settings: each is declared once, in code. It owns no table yet: their versions come as rows later. */
export { invoiceReminderDays, invoiceReminders } from "./invoices.ts";
export { createSettings, declareSetting } from "./setting.ts";
export type { Setting, Settings } from "./setting.ts";
export {
  acceptanceRequestDays,
  cancellationRequestDays,
  orderAcceptanceDays,
  orderCompletionDays,
  orderDeliveryDays,
  orderDeliveryNoticeDays,
  orderLateDays,
  orderShipEndDays,
  shipmentLossDays,
  shipmentPackedDays,
  shipmentRefusalDays,
} from "./orders.ts";
export { receiptToleranceMinor } from "./payments.ts";
export { settingsPage } from "./settings-page.ts";
export {
  apiKeyCacheMillis,
  bankTransferDeadlineHours,
  idempotencyRetentionDays,
  ledgerRollUpBatch,
  ledgerRollUpIntervalMillis,
  purgeBatch,
  purgeIntervalSeconds,
  sequencerBatch,
  sequencerIntervalMillis,
  spineSettings,
  sweeperBatch,
  sweeperIntervalMillis,
} from "./spine.ts";
