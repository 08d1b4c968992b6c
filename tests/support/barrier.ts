import { connect, type Socket } from "node:net";
import { readAnswer, type HttpAnswer } from "./http-answer.ts";

/** A request that waits at the line. A body that is not bytes is written as JSON. */
export type HttpRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

/** Sockets on which requests are written except for their last byte, and then let go together. */
export type StartLine = {
  /** Sends request i on socket i, all at once. Fewer requests than sockets are fine. The answers come in the order of the requests. */
  release(requests: readonly HttpRequest[]): Promise<readonly HttpAnswer[]>;
  close(): void;
};

/** The bytes of a request to `origin`. */
export function requestBytes(origin: string, request: HttpRequest): Buffer {
  const body =
    request.body === undefined
      ? undefined
      : request.body instanceof Uint8Array
        ? Buffer.from(request.body)
        : Buffer.from(JSON.stringify(request.body));
  const headers: Record<string, string> = { host: new URL(origin).host, ...request.headers };
  if (body !== undefined) {
    headers["content-length"] = String(body.length);
    headers["content-type"] ??= "application/json";
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([
    Buffer.from(`${request.method} ${request.path} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1"),
    body ?? Buffer.alloc(0),
  ]);
}

type Lane = {
  write(bytes: Buffer): Promise<void>;
  answer(): Promise<HttpAnswer>;
  alive(): boolean;
  close(): void;
};

async function openLane(origin: string): Promise<Lane> {
  const { hostname, port } = new URL(origin);
  const socket: Socket = connect({ host: hostname, port: Number(port) });
  socket.setNoDelay(true);
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  let received = Buffer.alloc(0);
  let closing = false;
  let expected: PromiseWithResolvers<HttpAnswer> | undefined;
  const give = () => {
    if (expected === undefined) return;
    const framed = readAnswer(received);
    if (framed === undefined) return;
    received = Buffer.from(framed.rest);
    closing = framed.answer.headers["connection"] === "close";
    expected.resolve(framed.answer);
    expected = undefined;
  };
  const fail = (error: Error) => {
    closing = true;
    expected?.reject(error);
    expected = undefined;
  };
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    give();
  });
  socket.on("error", fail);
  socket.on("close", () => fail(new Error(`${origin} closed the connection before it answered`)));
  return {
    write: (bytes) => new Promise((resolve, reject) => socket.write(bytes, (error) => (error ? reject(error) : resolve()))),
    answer: () => {
      expected = Promise.withResolvers();
      const { promise } = expected;
      give();
      return promise;
    },
    alive: () => !closing && !socket.destroyed,
    close: () => {
      closing = true;
      socket.destroy();
    },
  };
}

/** Opens `size` keep-alive connections, the i-th to `origins[i % origins.length]`. One that its server has closed is opened anew for the next release. */
export async function openStartLine({ origins, size }: { origins: readonly string[]; size: number }): Promise<StartLine> {
  const originOf = (index: number) => origins[index % origins.length] ?? "";
  const lanes = await Promise.all(Array.from({ length: size }, (_, index) => openLane(originOf(index))));
  return {
    release: async (requests) => {
      if (requests.length > size) throw new Error(`${requests.length} requests for ${size} connections`);
      const held = await Promise.all(
        requests.map(async (request, index) => {
          const before = lanes[index];
          const lane = before?.alive() ? before : await openLane(originOf(index));
          lanes[index] = lane;
          const bytes = requestBytes(originOf(index), request);
          await lane.write(bytes.subarray(0, -1));
          return { lane, last: bytes.subarray(-1) };
        }),
      );
      const answers = held.map(({ lane }) => lane.answer());
      // One turn of the event loop: the last bytes leave back to back.
      const gone = held.map(({ lane, last }) => lane.write(last));
      const [given] = await Promise.all([Promise.all(answers), Promise.all(gone)]);
      return given;
    },
    close: () => {
      for (const lane of lanes) lane.close();
    },
  };
}

/** Sends one request on a connection of its own and reads its answer. */
export async function send(origin: string, request: HttpRequest): Promise<HttpAnswer> {
  const lane = await openLane(origin);
  try {
    const answer = lane.answer();
    await Promise.all([lane.write(requestBytes(origin, request)), answer]);
    return await answer;
  } finally {
    lane.close();
  }
}

/** The JSON of an answer. */
export function jsonOf<Body = Record<string, unknown>>(answer: HttpAnswer): Body {
  return JSON.parse(answer.body.toString("utf8")) as Body;
}
