import type { FastifyReply, FastifyRequest } from "fastify";
import { toWireId } from "../kernel/ids.ts";
import { organisationWireId } from "../modules/identity/index.ts";
import type { Call } from "./call.ts";

/** What the frame knows of a request beside what the framework does. */
export type RequestContext = {
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly startedAt: number;
  /** The id of the operation, or the name of the route; "none" where no route was found. */
  operation: string;
  principal: Call["principal"] | undefined;
  replayed: boolean;
};

const contexts = new WeakMap<object, RequestContext>();

export function setContext(request: FastifyRequest, context: RequestContext): void {
  contexts.set(request.raw, context);
}

/** Undefined only for a request that failed before the first hook. */
export function contextOf(request: FastifyRequest): RequestContext | undefined {
  return contexts.get(request.raw);
}

/** Who calls, for the log: by the ids that a caller knows and tells when asking for help. */
export function loggedCaller(principal: RequestContext["principal"]): { readonly organisation_id?: string; readonly key_id?: string } {
  if (principal === undefined || principal.kind === "public") return {};
  return { organisation_id: organisationWireId(principal), key_id: toWireId("key", principal.keyId) };
}

/** Headers that every answer has. The API is for programs: nothing of it is to be framed, sniffed, kept or run. */
export function setFixedHeaders(reply: FastifyReply, requestId: string): void {
  void reply
    .header("x-request-id", requestId)
    .header("x-content-type-options", "nosniff")
    .header("referrer-policy", "no-referrer")
    .header("cross-origin-resource-policy", "same-origin")
    .header("content-security-policy", "default-src 'none'; frame-ancestors 'none'")
    .header("cache-control", "no-store");
}
