import { Agent, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** What came back. The body is parsed JSON. */
export type Answer = {
  readonly status: number;
  readonly replayed: boolean;
  readonly text: string;
  readonly body: Body;
  /** When the market answered, by its own clock. */
  readonly at: Date;
};

/** A parsed body. What a replay takes from it, it checks with `textAt` and its like. */
export type Body = { readonly [member: string]: unknown };

/** How many times an answer that says "come again" (409 in flight, 429, 503) is taken at its word. */
const mostAttempts = 20;

/** A market's HTTP API, as one who holds an API key sees it. Counts what it sends. */
export type Api = {
  readonly get: (key: string, path: string) => Promise<Answer>;
  /** Sends a write under an idempotency key; twice where the replay was asked to, and then both answers must be the same. */
  readonly write: (key: string, path: string, idempotencyKey: string, body: unknown) => Promise<Answer>;
  /** The same of what is put in place of what is there. */
  readonly put: (key: string, path: string, idempotencyKey: string, body: unknown) => Promise<Answer>;
  readonly counts: { writes: number; repeats: number; comeAgain: number };
  readonly close: () => void;
};

/** Of a request, with the API key beside them. */
type Headers = { readonly key: string; readonly [name: string]: string };

/** Opens connections to a market. Nothing else of it is known than its HTTP API. */
export function openApi(origin: string, { retryAll, sockets }: { readonly retryAll: boolean; readonly sockets: number }): Api {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });
  const counts = { writes: 0, repeats: 0, comeAgain: 0 };

  function send(method: string, path: string, { key, ...headers }: Headers, body: string | undefined): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        new URL(path, origin),
        {
          agent,
          method,
          headers: {
            authorization: `Bearer ${key}`,
            ...(body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
            ...headers,
          },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("error", reject);
          response.on("end", () => {
            const text = Buffer.concat(parts).toString("utf8");
            resolve({
              status: response.statusCode ?? 0,
              replayed: response.headers["idempotent-replayed"] === "true",
              text,
              body: JSON.parse(text) as Body,
              at: new Date(response.headers.date ?? ""),
            });
          });
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }

  async function patiently(attempt: () => Promise<Answer>): Promise<Answer> {
    for (let attempts = 1; ; attempts += 1) {
      const answer = await attempt();
      const again = answer.body["retry"] === "same_key" && [409, 429, 503].includes(answer.status);
      if (!again || attempts === mostAttempts) return answer;
      counts.comeAgain += 1;
      await delay(100 * attempts);
    }
  }

  async function write(method: "POST" | "PUT", path: string, headers: Headers, body: unknown): Promise<Answer> {
    const text = JSON.stringify(body);
    const once = () => patiently(() => send(method, path, headers, text));
    counts.writes += 1;
    if (!retryAll) return once();
    counts.repeats += 1;
    const atOnce = counts.writes % 2 === 0;
    const first = atOnce ? undefined : await once();
    const [one, other] = first === undefined ? await Promise.all([once(), once()]) : [first, await once()];
    if (one.status !== other.status || bare(one) !== bare(other)) {
      throw new Error(`two answers to one key: ${path} ${one.status} ${one.text} and ${other.status} ${other.text}`);
    }
    return one;
  }

  return {
    get: (key, path) => patiently(() => send("GET", path, { key }, undefined)),
    write: (key, path, idempotencyKey, body) => write("POST", path, { key, "idempotency-key": idempotencyKey }, body),
    put: (key, path, idempotencyKey, body) => write("PUT", path, { key, "idempotency-key": idempotencyKey }, body),
    counts,
    close: () => agent.destroy(),
  };
}

/** A replayed refusal says in addition when it was decided; all else is the same to the byte. */
function bare({ text, body }: Answer): string {
  if (body["decided_at"] === undefined) return text;
  const { decided_at: _, ...rest } = body;
  return JSON.stringify(rest);
}

/** The answer of a write that has to succeed. @throws Error with what came instead */
export function expectStatus(answer: Answer, ...statuses: readonly number[]): Body {
  if (!statuses.includes(answer.status))
    throw new Error(`expected ${statuses.join(" or ")}, got ${answer.status}: ${answer.text.slice(0, 1_000)}`);
  return answer.body;
}

/** A text member. @throws Error when it is none */
export function textAt(body: Body, name: string): string {
  const value = body[name];
  if (typeof value !== "string") throw new Error(`${name} is no text in ${JSON.stringify(body).slice(0, 300)}`);
  return value;
}

/** An integer member. @throws Error when it is none */
export function integerAt(body: Body, name: string): number {
  const value = body[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value))
    throw new Error(`${name} is no integer in ${JSON.stringify(body).slice(0, 300)}`);
  return value;
}

/** An object member. @throws Error when it is none */
export function objectAt(body: Body, name: string): Body {
  const value = body[name];
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${name} is no object`);
  return value as Body;
}

/** The minor units of a member that is money. @throws Error when it is none */
export function amountAt(body: Body, name: string): bigint {
  return BigInt(integerAt(objectAt(body, name), "amount"));
}

/** A member that is a list of objects. @throws Error when it is none */
export function listAt(body: Body, name: string): readonly Body[] {
  const value = body[name];
  if (!Array.isArray(value)) throw new Error(`${name} is no list in ${JSON.stringify(body).slice(0, 300)}`);
  return value as Body[];
}

/** All rows of a list, page by page. The path may have filters. */
export async function readAll(api: Api, key: string, path: string, each: (row: Body) => void): Promise<void> {
  let cursor: string | null = null;
  do {
    const first = `${path}${path.includes("?") ? "&" : "?"}limit=200`;
    const next: string = cursor === null ? first : `${first}&cursor=${encodeURIComponent(cursor)}`;
    const page: Body = expectStatus(await api.get(key, next), 200);
    for (const row of listAt(page, "items")) each(row);
    cursor = page["next_cursor"] === null ? null : textAt(page, "next_cursor");
  } while (cursor !== null);
}
