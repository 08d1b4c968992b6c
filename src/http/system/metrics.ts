import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Metrics } from "../../platform/telemetry/index.ts";
import { refuseOtherMethods } from "../methods.ts";
import { refuse } from "../refuse.ts";

export type MetricsOptions = {
  readonly metrics: Metrics;
  /** Who sends it as a bearer may read the metrics from anywhere; without one only this machine may. */
  readonly token: string | undefined;
  /** Brings gauges up to date that are held in memory: pools and queues. */
  readonly collect: () => void;
};

/** `/metrics` for Prometheus. They tell how much business is done, so they are not for everybody. */
export function mountMetrics(app: FastifyInstance, { metrics, token, collect }: MetricsOptions): void {
  app.get("/metrics", async (request, reply) => {
    if (!(token === undefined ? fromThisMachine(request) : hasToken(request, token))) throw refuse("unauthenticated");
    collect();
    return reply.header("content-type", metrics.registry.contentType).send(Buffer.from(await metrics.registry.metrics()));
  });
  refuseOtherMethods(app, "/metrics", new Set(["GET"]));
}

function hasToken({ headers }: FastifyRequest, token: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(headers.authorization ?? ""), digest(`Bearer ${token}`));
}

// A proxy on this machine calls from here on behalf of others, and says so.
function fromThisMachine({ headers, raw }: FastifyRequest): boolean {
  if (headers["forwarded"] !== undefined || headers["x-forwarded-for"] !== undefined || headers["via"] !== undefined) return false;
  const address = (raw.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  return address === "::1" || (isIP(address) === 4 && address.startsWith("127."));
}
