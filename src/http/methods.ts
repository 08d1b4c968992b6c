import type { FastifyInstance, HTTPMethods } from "fastify";
import { methodOf, type Operation, templateOf } from "./operation.ts";
import { refuse } from "./refuse.ts";

const methods: readonly HTTPMethods[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Answers 405 with `Allow` for each path that exists with other methods. */
export function mountMethodsNotAllowed(app: FastifyInstance, operations: readonly Operation[]): void {
  const byPath = new Map<string, Set<HTTPMethods>>();
  for (const operation of operations) {
    const allowed = byPath.get(templateOf(operation)) ?? new Set();
    byPath.set(templateOf(operation), allowed.add(methodOf(operation)));
  }
  for (const [template, allowed] of byPath) refuseOtherMethods(app, template.replaceAll(/\{(\w+)\}/g, ":$1"), allowed);
}

/** @param url in the router's form, `/v1/seller/orders/:id` */
export function refuseOtherMethods(app: FastifyInstance, url: string, declared: ReadonlySet<HTTPMethods>): void {
  const allowed = new Set(declared);
  if (allowed.has("GET")) allowed.add("HEAD");
  const allow = methods.filter((method) => allowed.has(method)).join(", ");
  app.route({
    method: methods.filter((method) => !allowed.has(method)),
    url,
    // Before the body is read: what is in it does not matter.
    onRequest: async (_request, reply) => {
      void reply.header("allow", allow);
      throw refuse("method-not-allowed");
    },
    handler: () => {
      throw refuse("method-not-allowed");
    },
  });
}
