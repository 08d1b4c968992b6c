import type { TSchema } from "typebox";
import { businessRows } from "./business-rows.ts";
import { usualBounds } from "./admission.ts";
import { csvHeader, columnsOf, csvRow } from "./csv.ts";
import type { ExportOperation } from "./export.ts";
import { problemRows, type RefusalCode } from "./problem-rows.ts";
import { audienceOf, isWrite, methodOf, type Operation, templateOf } from "./operation.ts";
import { rolesFor } from "./policy.ts";
import { problemType } from "./problem.ts";

type Json = Record<string, unknown>;

const audiences = {
  operator: "Those who run the marketplace",
  seller: "An organisation that sells",
  buyer: "A company that buys",
  public: "Whoever asks, without a key",
} as const;

const exampleRequestId = "req_01k9zv3n7gfx1t0c5r2m8q4a7z";

/**
 * The OpenAPI 3.1 document of the operations: the schemas are the very ones that requests are judged by, the examples are run as tests,
 * and each operation lists every code it can answer.
 */
export function openApiDocument(operations: readonly Operation[], version: string): Json {
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const path = templateOf(operation);
    paths[path] = { ...paths[path], [methodOf(operation).toLowerCase()]: describe(operation) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Stoa",
      version,
      description:
        "The API of a business-to-business marketplace. Every write needs an `Idempotency-Key`; a repeat under the same key gives the stored answer. Every error is a problem document (RFC 9457) with a `code` and `retry`, which says whether and how to try again.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    tags: Object.entries(audiences).map(([name, description]) => ({ name, description })),
    security: [{ key: [] }],
    paths: { ...paths, ...systemPaths() },
    components: {
      securitySchemes: { key: { type: "http", scheme: "bearer", description: "An API key: `stoa_…`" } },
      schemas: { Problem: problemSchema() },
      headers: headers(),
      examples: Object.fromEntries(Object.keys(problemRows).map((code) => [code, { value: exampleProblem(code as RefusalCode) }])),
    },
  };
}

function describe(operation: Operation): Json {
  const { id, summary, params, query, example } = operation;
  const write = isWrite(operation);
  const roles = rolesFor(id);
  const tagged = methodOf(operation) === "GET" && operation.kind !== "export";
  const attached = operation.kind === "export" || operation.kind === "file";
  const hasBody = "body" in operation && Object.keys((operation.body as { properties?: object }).properties ?? {}).length > 0;
  return {
    operationId: id,
    summary,
    description: `${audienceOf(operation) === "public" ? "For everybody, without a key." : `For the roles ${roles.join(", ")}.`}${
      operation.kind === "export" ? exportWords : ""
    }`,
    ...(audienceOf(operation) === "public" ? { security: [] } : {}),
    tags: [audienceOf(operation)],
    parameters: [
      ...parametersOf("path", params, example.params as Json | undefined),
      ...parametersOf("query", query, example.query as Json | undefined),
      ...(write ? writeHeaders(operation) : []),
      ...(tagged ? [ifNoneMatch] : []),
    ],
    ...(hasBody
      ? { requestBody: { required: true, content: { "application/json": { schema: operation.body, example: example.body } } } }
      : {}),
    responses: {
      [String("status" in operation ? operation.status : 200)]: {
        description: "Done",
        headers: {
          "x-request-id": { $ref: "#/components/headers/RequestId" },
          ...(write ? { "idempotent-replayed": { $ref: "#/components/headers/IdempotentReplayed" } } : {}),
          ...(attached ? { "content-disposition": { $ref: "#/components/headers/Attachment" } } : {}),
          ...(tagged ? { etag: { $ref: "#/components/headers/EntityTag" } } : {}),
        },
        content: contentOf(operation),
      },
      ...(tagged
        ? {
            "304": {
              description: "What `If-None-Match` names is what there is",
              headers: { etag: { $ref: "#/components/headers/EntityTag" } },
            },
          }
        : {}),
      ...problemResponses(codesOf(operation)),
    },
  };
}

const exportWords = ` All rows that the list shows, from new to old, while they are read: at most ${usualBounds.oneExport.mostRows.toLocaleString("en")}. An export that cannot be finished ends with its connection broken off, never as if it were whole.`;

/** What an answer is, by its media type. */
function contentOf(operation: Operation): Json {
  if (operation.kind === "export") return exportContent(operation);
  const { response, example } = operation;
  if (operation.kind === "file") return { [operation.media]: { schema: response } };
  return { "application/json": { schema: response, example: example.response } };
}

function exportContent({ response, example }: ExportOperation): Json {
  const columns = columnsOf(response);
  return {
    "text/csv": {
      schema: { type: "string", description: "RFC 4180. A text that a spreadsheet would run as a formula has a single quote in front." },
      example: csvHeader(columns) + csvRow(columns, example.response),
    },
    "application/x-ndjson": {
      schema: { type: "string", description: "A line for each row, as the list shows it" },
      example: `${JSON.stringify(example.response)}\n`,
    },
  };
}

/** Every code that the operation or the frame around it can answer. */
export function codesOf(operation: Operation): readonly RefusalCode[] {
  const write = isWrite(operation);
  const hasBody = "body" in operation;
  const keyed = audienceOf(operation) !== "public";
  const frame: RefusalCode[] = [
    "request-invalid",
    ...(keyed ? (["unauthenticated", "forbidden"] as const) : []),
    ...(operation.params === undefined ? [] : (["not-found"] as const)),
    ...(hasBody ? (["request-timeout", "body-too-large", "unsupported-media-type"] as const) : []),
    ...(write ? (["idempotency-key-missing", "idempotency-key-malformed", "request-in-flight"] as const) : []),
    // Where nobody is known, the key counts with its request: with another request it is another key.
    ...(write && keyed ? (["idempotency-key-reused"] as const) : []),
    ...(write && operation.reveals === true ? (["answer-no-longer-available"] as const) : []),
    ...(write && operation.params !== undefined ? (["version-stale"] as const) : []),
    "overloaded",
    "not-ready",
    "fault",
  ];
  return [...new Set([...frame, ...operation.refusals])];
}

function problemResponses(codes: readonly RefusalCode[]): Json {
  const byStatus = Map.groupBy(codes, (code) => problemRows[code].status);
  return Object.fromEntries(
    [...byStatus]
      .sort(([one], [other]) => one - other)
      .map(([status, these]) => [
        String(status),
        {
          description: these.map((code) => problemRows[code].title).join("; "),
          content: {
            [problemType]: {
              schema: { $ref: "#/components/schemas/Problem" },
              examples: Object.fromEntries(these.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
            },
          },
        },
      ]),
  );
}

function parametersOf(place: "path" | "query", schema: TSchema | undefined, examples: Json | undefined): Json[] {
  const { properties = {}, required = [] } = (schema ?? {}) as { properties?: Record<string, TSchema>; required?: readonly string[] };
  return Object.entries(properties).map(([name, declared]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: declared,
    ...(examples?.[name] === undefined ? {} : { example: examples[name] }),
  }));
}

function writeHeaders(operation: Operation): Json[] {
  const key = {
    name: "Idempotency-Key",
    in: "header",
    required: true,
    description: "A new one for each new intention, the same one for each repeat",
    schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[!-~]+$" },
    example: "5f1c7c7e-4f0e-4b51-9d5e-8a7d0c2b9a11",
  };
  const ifMatch = {
    name: "If-Match",
    in: "header",
    required: false,
    description: "The `ETag` that the decision was made on",
    schema: { type: "string" },
  };
  return operation.params === undefined ? [key] : [key, ifMatch];
}

const ifNoneMatch = {
  name: "If-None-Match",
  in: "header",
  required: false,
  description: "The `ETag` of what the caller has already: the answer is 304 while it is the same",
  schema: { type: "string" },
};

function headers(): Json {
  return {
    Attachment: { description: "The name for a file", schema: { type: "string" } },
    EntityTag: {
      description: "Names what is shown. Where the resource has a version the tag begins with it, and `If-Match` takes it.",
      schema: { type: "string" },
    },
    RequestId: { description: "Names this request in logs, events and problems", schema: { type: "string" } },
    IdempotentReplayed: { description: "`true` when this answer was given before under the same key", schema: { type: "string" } },
  };
}

function problemSchema(): Json {
  return {
    type: "object",
    required: ["type", "title", "status", "detail", "code", "retry", "instance"],
    properties: {
      type: { type: "string", description: "Where the code is explained: `/problems/<code>`" },
      title: { type: "string" },
      status: { type: "integer" },
      detail: { type: "string" },
      code: { type: "string", enum: Object.keys(problemRows) },
      retry: {
        type: "string",
        enum: ["same_key", "new_key", "never"],
        description: "Unchanged under the same key, under a new key, or not without a change",
      },
      instance: { type: "string" },
      errors: {
        type: "array",
        items: {
          type: "object",
          required: ["pointer", "detail"],
          properties: { pointer: { type: "string", description: "RFC 6901" }, detail: { type: "string" } },
        },
      },
      retry_after_seconds: { type: "integer" },
      decided_at: { type: "string", description: "In the repeat of a stored refusal: when it was decided" },
    },
  };
}

function exampleProblem(code: RefusalCode): Json {
  const { title, status, detail, retry } = problemRows[code];
  const decided = Object.hasOwn(businessRows, code);
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail,
    code,
    retry,
    instance: `urn:request:${exampleRequestId}`,
    ...(decided ? {} : code === "request-invalid" ? { errors: [{ pointer: "/lines/0/quantity", detail: "must be an integer" }] } : {}),
  };
}

function systemPaths(): Json {
  const text = (description: string, type: string) => ({ description, content: { [type]: { schema: { type: "string" } } } });
  const open = { security: [], tags: ["system"] };
  return {
    "/health/live": {
      get: { ...open, operationId: "system.live", summary: "Whether the process runs", responses: { "200": { description: "It runs" } } },
    },
    "/health/ready": {
      get: {
        ...open,
        operationId: "system.ready",
        summary: "Whether the process can serve",
        responses: { "200": { description: "It can; `degraded` names what is not as it should be" }, ...problemResponses(["not-ready"]) },
      },
    },
    "/metrics": {
      get: {
        ...open,
        operationId: "system.metrics",
        summary: "Metrics for Prometheus, for callers on this machine or with the token",
        responses: { "200": text("The metrics", "text/plain"), ...problemResponses(["unauthenticated"]) },
      },
    },
    "/openapi.json": {
      get: { ...open, operationId: "system.openapi", summary: "This document", responses: { "200": { description: "The document" } } },
    },
    "/problems/{code}": {
      get: {
        ...open,
        operationId: "system.problem",
        summary: "What a problem's code means",
        parameters: [{ name: "code", in: "path", required: true, schema: { type: "string", enum: Object.keys(problemRows) } }],
        responses: { "200": text("The page", "text/markdown"), ...problemResponses(["not-found"]) },
      },
    },
  };
}
