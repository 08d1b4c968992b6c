import type { FastifyRequest } from "fastify";
import type { TSchema } from "typebox";
import type { IdSource } from "../kernel/ids.ts";
import type { Refused } from "../kernel/refusal.ts";
import { readBody } from "./body.ts";
import type { Call } from "./call.ts";
import { invalidIfMatch, readIfMatch } from "./headers.ts";
import { isWrite, methodOf, type Operation, templateOf } from "./operation.ts";
import type { FieldError } from "./problem.ts";
import { typedQuery } from "./query.ts";
import { contextOf, type RequestContext } from "./request-context.ts";
import { closed } from "./shapes.ts";
import { compileRequest, type Validate } from "./validation.ts";
import { refuse } from "./refuse.ts";

const nothing = closed({});

/** Reads the parts of a request by the schemas of its operation. */
export type Reading = (request: FastifyRequest, newId: IdSource) => Call;

/** @throws AssertionFailed when a schema of the operation leaves a part of the request open or without a bound */
export function compileReading(operation: Operation): Reading {
  const name = `${methodOf(operation)} ${templateOf(operation)}`;
  const querySchema = operation.query ?? nothing;
  const params = compileRequest(operation.params ?? nothing, `${name} params`);
  const query = compileRequest(querySchema, `${name} query`);
  const bodySchema = "body" in operation ? operation.body : undefined;
  const body = bodySchema === undefined ? undefined : compileRequest(bodySchema, `${name} body`);
  const needsBody = bodySchema !== undefined && !isEmptyObject(bodySchema);
  const makesNew = isWrite(operation) && operation.method === "POST" && operation.params === undefined;

  return (request, newId) => {
    const context = established(request);
    // What does not fit a path's pattern names nothing, like an id that never was.
    const inPath = params(request.params ?? {});
    if (!inPath.ok) throw refuse("not-found");
    const inQuery = orRefuse(query, typedQuery(querySchema, request.query as Record<string, unknown>));
    const ifMatch = isWrite(operation) ? readIfMatch(request.headers["if-match"]) : undefined;
    if (makesNew && ifMatch !== undefined) throw invalidIfMatch("is not taken by an operation that makes something new");
    return {
      principal: context.principal,
      params: inPath.value,
      query: inQuery,
      body: body === undefined ? undefined : bodyOf(request, body, needsBody),
      requestId: context.requestId,
      traceparent: context.traceparent,
      ifMatch,
      newId,
    };
  };
}

function bodyOf(request: FastifyRequest, validate: Validate<unknown>, needed: boolean): unknown {
  const value = readBody(request.body);
  if (value === undefined && needed) throw refuseFields([{ pointer: "", detail: "The request needs a JSON body" }]);
  return orRefuse(validate, value === undefined ? {} : value);
}

function orRefuse<Value>(validate: Validate<Value>, value: unknown): Value {
  const judged = validate(value);
  if (judged.ok) return judged.value;
  throw refuseFields(judged.errors);
}

function refuseFields(errors: readonly FieldError[]): Refused {
  return refuse("request-invalid", { errors });
}

function isEmptyObject(schema: TSchema): boolean {
  return Object.keys((schema as { properties?: object }).properties ?? {}).length === 0;
}

function established(request: FastifyRequest): RequestContext & { readonly principal: Call["principal"] } {
  const context = contextOf(request);
  if (context?.principal === undefined) throw new Error("a handler runs after authentication");
  return { ...context, principal: context.principal };
}
