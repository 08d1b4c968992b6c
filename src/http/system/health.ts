import type { FastifyInstance, FastifyReply } from "fastify";
import { refuseOtherMethods } from "../methods.ts";
import { refuse } from "../refuse.ts";

/** Whether this process can serve, and what is not as it should be although it can. Both lists hold whole sentences. */
export type Readiness = { readonly obstacles: readonly string[]; readonly degraded: readonly string[] };

const retryAfterSeconds = 2;

/** `/health/live`: the process runs. `/health/ready`: it can serve; 503 with the obstacles when it cannot. */
export function mountHealth(app: FastifyInstance, readiness: () => Promise<Readiness>): void {
  app.get("/health/live", (_request, reply) => send(reply, { status: "live" }));
  app.get("/health/ready", async (_request, reply) => {
    const { obstacles, degraded } = await readiness();
    if (obstacles.length > 0) throw refuse("not-ready", { obstacles, degraded, retry_after_seconds: retryAfterSeconds });
    return send(reply, { status: degraded.length === 0 ? "ready" : "degraded", degraded });
  });
  for (const url of ["/health/live", "/health/ready"]) refuseOtherMethods(app, url, new Set(["GET"]));
}

function send(reply: FastifyReply, body: object): FastifyReply {
  return reply.header("content-type", "application/json").send(Buffer.from(JSON.stringify(body)));
}
