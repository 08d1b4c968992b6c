import type { Socket } from "node:net";
import { type FastifyInstance, fastify } from "fastify";
import { type IdSource, prefixes, type RequestId, toWireId } from "../kernel/ids.ts";
import { assert } from "../kernel/assert.ts";
import { requestMillis as usualMillis } from "../platform/configuration/index.ts";
import { formatTraceparent, type Logger, type Metrics, parseTraceparent } from "../platform/telemetry/index.ts";
import { type AdmissionBounds, createAdmission, type Urgency, usualBounds } from "./admission.ts";
import { announcesJson, bodyLimit } from "./body.ts";
import { answerClientError, answerExpectation, watchConnection } from "./client-error.ts";
import { handleError } from "./error-handling.ts";
import type { Moment } from "./moment.ts";
import { type Frame, mountOperation } from "./mount.ts";
import type { Operation } from "./operation.ts";
import { type Policy, policy } from "./policy.ts";
import { setContext, setFixedHeaders } from "./request-context.ts";
import { logWhenClosed } from "./request-log.ts";
import { mountMethodsNotAllowed } from "./methods.ts";
import { refuse } from "./refuse.ts";

export type ServerOptions = {
  readonly operations: readonly Operation[];
  /** Who may call them; the market's own policy unless told. */
  readonly policy?: Policy;
  readonly frame: Frame;
  readonly newId: IdSource;
  readonly moment: Moment;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly bounds?: AdmissionBounds;
  /** How long a request is received and worked on; that of the configuration unless told. */
  readonly requestMillis?: number;
  /** True from the moment at which the server is asked to end: it answers what is under way and takes nothing new. */
  readonly isDraining: () => boolean;
  /** Routes beside the operations: health, metrics, reference. */
  readonly mountSystem: (app: FastifyInstance) => void;
};

const headersMillis = 10_000;
const keepAliveMillis = 65_000;
const headerBytes = 16 * 1024;
const pathParameterLength = 100;
const drainRetrySeconds = 2;

/**
 * The HTTP server, without a port: whoever made it listens, or injects requests. Everything it answers that is not a success is a
 * problem document with the request's id, whatever went wrong and where.
 *
 * @throws AssertionFailed for an operation without a row in the policy, a row without an operation, or an unbounded request
 */
export function createServer(options: ServerOptions): FastifyInstance {
  const { operations, frame, newId, moment, logger, metrics, isDraining, requestMillis = usualMillis } = options;
  const admission = createAdmission(options.bounds ?? usualBounds);
  const nextRequestId = (): string => toWireId(prefixes.request, newId<RequestId>(moment()));
  const sink = { logger, metrics };

  const app = fastify({
    logger: false,
    requestIdHeader: false,
    genReqId: nextRequestId,
    bodyLimit,
    requestTimeout: requestMillis,
    handlerTimeout: requestMillis,
    keepAliveTimeout: keepAliveMillis,
    forceCloseConnections: "idle",
    return503OnClosing: false,
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: pathParameterLength },
    // Node answers a missing Host by itself, without a body; it is judged below instead.
    http: { maxHeaderSize: headerBytes, headersTimeout: headersMillis, connectionsCheckingInterval: 5_000, requireHostHeader: false },
    frameworkErrors: (error, request, reply) => void handleError(error, request, reply, sink),
    clientErrorHandler: (error, socket: Socket) => answerClientError(error, socket, nextRequestId()),
  });

  app.server.on("checkExpectation", (request) => answerExpectation(request, nextRequestId()));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (request, body, done) => {
    if (announcesJson(request.headers)) done(null, body);
    else done(refuse("unsupported-media-type"));
  });

  app.setErrorHandler((error, request, reply) => handleError(error, request, reply, sink));
  app.setNotFoundHandler(() => {
    throw refuse("not-found");
  });

  app.addHook("onRequest", async (request, reply) => {
    const caller = parseTraceparent(String(request.headers.traceparent ?? ""));
    const traceparent = caller === undefined ? undefined : formatTraceparent(caller);
    setContext(request, {
      requestId: request.id,
      traceparent,
      startedAt: performance.now(),
      operation: request.routeOptions.url ?? "none",
      principal: undefined,
      replayed: false,
    });
    setFixedHeaders(reply, request.id);
    watchConnection(request.raw, reply.raw);
    logWhenClosed(request, reply, sink);
    if (isDraining() && request.url !== "/health/live" && request.url !== "/health/ready") {
      reply.raw.setHeader("connection", "close");
      throw refuse("not-ready", { retry_after_seconds: drainRetrySeconds });
    }
    if (request.raw.httpVersion === "1.1" && request.headers.host === undefined) {
      throw refuse("request-invalid", {
        errors: [{ pointer: "/host", detail: "is missing: HTTP/1.1 asks for the header Host" }],
      });
    }
    if (request.is404) throw refuse("not-found");
    reply.raw.once("close", admission.enter(urgencyOf(request.url)));
  });

  options.mountSystem(app);
  const rules = options.policy ?? policy;
  checkPolicy(operations, rules);
  for (const operation of operations) mountOperation(app, operation, { rule: rules[operation.id] ?? [], frame, admission, sink });
  mountMethodsNotAllowed(app, operations);
  return app;
}

/** What is shed last: health, the operator, and placing. What is shed first: the public tree. */
function urgencyOf(url: string): Urgency {
  if (url.startsWith("/v1/public/")) return "public";
  return url.startsWith("/v1/operator/") || url.startsWith("/v1/buyer/checkouts") || url.startsWith("/health/") ? "urgent" : "usual";
}

function checkPolicy(operations: readonly Operation[], rules: Policy): void {
  const ids = new Set(operations.map(({ id }) => id));
  assert(ids.size === operations.length, "each operation has an id of its own");
  const unruled = [...ids].filter((id) => !Object.hasOwn(rules, id));
  assert(unruled.length === 0, `the policy has no row for ${unruled.join(", ")}`);
  const unused = Object.keys(rules).filter((id) => !ids.has(id));
  assert(unused.length === 0, `the policy has rows for operations that are not there: ${unused.join(", ")}`);
}
