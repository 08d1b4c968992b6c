/** Telemetry: the log, the metrics and the trace's header. It owns no table. */
export type { DescribedError } from "./described-error.ts";
export { createLogger, requestLogger } from "./logger.ts";
export type { LogLevel, Logger } from "./logger.ts";
export { createMetrics } from "./metrics.ts";
export type { Metrics } from "./metrics.ts";
export { scrub } from "./scrub.ts";
export { formatTraceparent, newTraceparent, parseTraceparent } from "./traceparent.ts";
export type { Traceparent } from "./traceparent.ts";
