import { randomUUID } from "node:crypto";
import { jsonOf, send, type HttpRequest } from "./barrier.ts";
import type { HttpAnswer } from "./http-answer.ts";

/** What a write sends beside its body. Without a key it gets one of its own. */
export type WriteOptions = { readonly key?: string; readonly headers?: Readonly<Record<string, string>> };

/** Somebody with an API key: asks over HTTP and nothing else. */
export type Caller = {
  /** The API key's text. */
  readonly secret: string;
  /** The request as data, for the start line; writes carry an idempotency key. */
  request(method: string, path: string, body?: unknown, options?: WriteOptions): HttpRequest;
  /** The answer, whatever its status. */
  send(method: string, path: string, body?: unknown, options?: WriteOptions): Promise<HttpAnswer>;
  /**
   * The JSON of a 2xx.
   * @throws Error with the answer's body for any other status
   */
  get<Body = Record<string, unknown>>(path: string): Promise<Body>;
  post<Body = Record<string, unknown>>(path: string, body: unknown, options?: WriteOptions): Promise<Body>;
};

/** A caller of the server that `origin()` names at the time of each call. */
export function createCaller(origin: () => string, secret: string): Caller {
  const request: Caller["request"] = (method, path, body, options = {}) => ({
    method,
    path,
    headers: {
      authorization: `Bearer ${secret}`,
      ...(method === "GET" ? {} : { "idempotency-key": options.key ?? randomUUID() }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const sent: Caller["send"] = (method, path, body, options) => send(origin(), request(method, path, body, options));
  const expected = async <Body>(method: string, path: string, body?: unknown, options?: WriteOptions): Promise<Body> => {
    const answer = await sent(method, path, body, options);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body.toString("utf8")}`);
    return jsonOf<Body>(answer);
  };
  return {
    secret,
    request,
    send: sent,
    get: (path) => expected("GET", path),
    post: (path, body, options) => expected("POST", path, body, options),
  };
}

/** The code of a refusal; undefined for a 2xx. */
export function codeOf(answer: HttpAnswer): string | undefined {
  return answer.status < 300 ? undefined : String(jsonOf(answer)["code"]);
}

/** How often each outcome came: `201`, or `409 stock-short`. */
export function tally(answers: readonly HttpAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const code = codeOf(answer);
    const outcome = code === undefined ? String(answer.status) : `${answer.status} ${code}`;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}
