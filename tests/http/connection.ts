import { Agent, request as httpRequest } from "node:http";
import type { HttpAnswer } from "../support/http-answer.ts";
import type { HttpRequest } from "../support/barrier.ts";

/** Sends many requests one after another over one kept connection, which is what a client does. A new one follows one that was closed. */
export function createConnection(origin: string): {
  readonly send: (request: HttpRequest) => Promise<HttpAnswer>;
  readonly close: () => void;
} {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    send: ({ method, path, headers = {}, body }) =>
      new Promise((resolve, reject) => {
        const bytes = body === undefined ? undefined : body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
        const length = bytes === undefined ? {} : { "content-length": String(bytes.length) };
        const type = bytes === undefined ? {} : { "content-type": "application/json" };
        const { hostname, port } = new URL(origin);
        const sent = httpRequest({ agent, hostname, port, method, path, headers: { ...type, ...headers, ...length } });
        let answered = false;
        sent.on("response", (answer) => {
          answered = true;
          const parts: Buffer[] = [];
          answer.on("data", (part: Buffer) => parts.push(part));
          answer.on("end", () =>
            resolve({
              status: answer.statusCode ?? 0,
              headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)])),
              body: Buffer.concat(parts),
            }),
          );
          answer.on("error", reject);
        });
        // A server that refuses a large body closes while it is still being sent; its answer has come by then.
        sent.on("error", (error) => {
          if (!answered) reject(error);
        });
        sent.end(bytes);
      }),
    close: () => agent.destroy(),
  };
}
