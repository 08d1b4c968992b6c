import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

const requestSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];
const batchSizes = [1, 2, 4, 8, 16, 32, 64, 128, 200];

/** What is measured, by who measures it. Every name begins with `stoa_`; seconds are seconds, counts end in `_total`. */
export type Metrics = ReturnType<typeof createMetrics>;

/**
 * A registry of its own for each caller, so that two servers in one process do not count into each other. Gauges that are asked of the
 * database are set by whoever looks, in the background, and never by the one who scrapes.
 */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    http: {
      requests: new Counter({
        name: "stoa_http_requests_total",
        help: "Answers given, by operation and status.",
        labelNames: ["operation", "status"] as const,
        registers,
      }),
      seconds: new Histogram({
        name: "stoa_http_request_seconds",
        help: "From the request's first byte to the answer's last.",
        labelNames: ["operation"] as const,
        buckets: requestSeconds,
        registers,
      }),
      replays: new Counter({
        name: "stoa_http_replays_total",
        help: "Answers that were given before under the same key.",
        labelNames: ["operation"] as const,
        registers,
      }),
      faults: new Counter({
        name: "stoa_http_faults_total",
        help: "Requests that ended in an error of ours.",
        labelNames: ["operation"] as const,
        registers,
      }),
    },
    lane: {
      queue: new Gauge({ name: "stoa_lane_queue", help: "Commands that wait for a batch.", labelNames: ["lane"] as const, registers }),
      batch: new Histogram({
        name: "stoa_lane_batch_commands",
        help: "Commands in a batch.",
        labelNames: ["lane"] as const,
        buckets: batchSizes,
        registers,
      }),
      seconds: new Histogram({
        name: "stoa_lane_batch_seconds",
        help: "From the beginning of a batch's transaction to its end.",
        labelNames: ["lane"] as const,
        buckets: requestSeconds,
        registers,
      }),
      attempts: new Counter({
        name: "stoa_lane_attempts_total",
        help: "Batches tried, by how the attempt ended.",
        labelNames: ["lane", "outcome"] as const,
        registers,
      }),
    },
    pool: {
      connections: new Gauge({
        name: "stoa_pool_connections",
        help: "Connections to the database, by what they do.",
        labelNames: ["pool", "state"] as const,
        registers,
      }),
      waiting: new Gauge({
        name: "stoa_pool_waiting",
        help: "Requests that wait for a connection.",
        labelNames: ["pool"] as const,
        registers,
      }),
    },
    sequencer: {
      numbered: new Counter({ name: "stoa_events_numbered_total", help: "Events that this process gave a position.", registers }),
      unnumbered: new Gauge({ name: "stoa_events_unnumbered", help: "Committed events without a position.", registers }),
      oldestSeconds: new Gauge({
        name: "stoa_events_oldest_unnumbered_seconds",
        help: "Age of the oldest event without a position.",
        registers,
      }),
      failures: new Counter({ name: "stoa_sequencer_failures_total", help: "Passes of the sequencer that failed.", registers }),
    },
    deadlines: {
      overdue: new Gauge({ name: "stoa_deadlines_overdue", help: "Deadlines that have come and stand.", registers }),
      oldestSeconds: new Gauge({
        name: "stoa_deadlines_oldest_overdue_seconds",
        help: "For how long the first of them stands.",
        registers,
      }),
      handled: new Counter({
        name: "stoa_deadlines_handled_total",
        help: "Deadlines acted on, by kind and outcome.",
        labelNames: ["kind", "outcome"] as const,
        registers,
      }),
    },
    doctor: {
      findings: new Gauge({
        name: "stoa_doctor_findings",
        help: "Violations found by the last run, by invariant.",
        labelNames: ["invariant"] as const,
        registers,
      }),
      runSeconds: new Gauge({ name: "stoa_doctor_run_seconds", help: "How long the last run took.", registers }),
    },
  };
}
