import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { jsonOf, openStartLine, send } from "./barrier.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serve(answer: (request: IncomingMessage, body: Buffer, response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => answer(request, Buffer.concat(chunks), response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("every request is under way before any is answered, and the answers come in the order of the requests", async () => {
  const waiting: (() => void)[] = [];
  const origin = await serve((_request, body, response) => {
    waiting.push(() => response.end(body));
    // Nobody is answered until all have come: requests let go one after another would wait here for ever.
    if (waiting.length === 16) for (const go of waiting.splice(0)) go();
  });
  const line = await openStartLine({ origins: [origin], size: 16 });
  closers.push(() => line.close());
  for (const round of [1, 2]) {
    const answers = await line.release(Array.from({ length: 16 }, (_, number) => ({ method: "POST", path: "/", body: { round, number } })));
    expect(answers.map((answer) => jsonOf(answer))).toEqual(Array.from({ length: 16 }, (_, number) => ({ round, number })));
  }
});

test("chunked answers, empty answers and a connection the server closes are read whole, and the next release goes out on a new one", async () => {
  const origin = await serve((request, _body, response) => {
    if (request.url === "/chunked") {
      response.write("one ");
      response.end("two");
    } else if (request.url === "/empty") response.writeHead(204).end();
    else response.writeHead(404, { connection: "close" }).end("no");
  });
  const line = await openStartLine({ origins: [origin], size: 3 });
  closers.push(() => line.close());
  for (let round = 0; round < 2; round += 1) {
    const answers = await line.release(["/chunked", "/empty", "/closed"].map((path) => ({ method: "GET", path })));
    expect(answers.map(({ status, body }) => [status, body.toString()])).toEqual([
      [200, "one two"],
      [204, ""],
      [404, "no"],
    ]);
  }
  expect((await send(origin, { method: "GET", path: "/chunked" })).body.toString()).toBe("one two");
});
