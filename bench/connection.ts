import { connect, type Socket } from "node:net";

/** An answer over the wire, from the last byte of the request written to the last byte read. */
export type Answer = { readonly status: number; readonly body: Buffer };

/** One keep-alive connection to a server. It carries one request at a time. */
export type Connection = {
  /** Writes a request as it is and gives the answer. @throws Error when the server closes the connection meanwhile */
  readonly send: (request: string) => Promise<Answer>;
  /** Whether the server has not closed it: it does when nothing was asked for long. */
  readonly isOpen: () => boolean;
  readonly close: () => void;
};

const headEnd = Buffer.from("\r\n\r\n");

/** An answer at the beginning of what was read, and how long it is; undefined while it is not whole. */
function wholeAnswer(read: Buffer): { readonly answer: Answer; readonly length: number } | undefined {
  const end = read.indexOf(headEnd);
  if (end < 0) return undefined;
  const head = read.toString("latin1", 0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`an answer without a length:\n${head}`);
  const whole = end + headEnd.length + Number(length);
  if (read.length < whole) return undefined;
  return { answer: { status: Number(head.slice(9, 12)), body: read.subarray(end + headEnd.length, whole) }, length: whole };
}

/** Opens one. */
export async function openConnection(origin: string): Promise<Connection> {
  const { hostname, port } = new URL(origin);
  const socket: Socket = connect({ host: hostname, port: Number(port) });
  socket.setNoDelay(true);
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  let expected: PromiseWithResolvers<Answer> | undefined;
  let chunks: Buffer[] = [];
  const fail = (error: Error): void => {
    expected?.reject(error);
    expected = undefined;
  };
  socket.on("data", (chunk) => {
    chunks.push(chunk);
    const read = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    chunks = [read];
    const whole = wholeAnswer(read);
    if (whole === undefined) return;
    chunks = read.length === whole.length ? [] : [read.subarray(whole.length)];
    const asked = expected;
    expected = undefined;
    asked?.resolve(whole.answer);
  });
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("the server closed a connection that was in use")));
  return {
    send: (request) => {
      if (expected !== undefined) throw new Error("a connection carries one request at a time");
      const asked = Promise.withResolvers<Answer>();
      expected = asked;
      if (socket.destroyed) fail(new Error("the server closed a connection between two requests"));
      else socket.write(request, "utf8");
      return asked.promise;
    },
    isOpen: () => !socket.destroyed,
    close: () => {
      socket.destroy();
    },
  };
}

/** Somebody with an API key on a connection of its own. */
export type Client = {
  /** The JSON of a 2xx. What the server has no room for is sent again with the same key, after as long as its answer says. @throws Error for any other status */
  readonly get: <Body>(path: string) => Promise<Body>;
  readonly post: <Body>(path: string, idempotencyKey: string, body: unknown) => Promise<Body>;
  /** How many requests had to be sent again. */
  readonly repeats: () => number;
  readonly close: () => void;
};

const mostRepeats = 20;

/** Opens the connection of one who asks. */
export async function openClient(origin: string, secret: string): Promise<Client> {
  let connection = await openConnection(origin);
  const { host } = new URL(origin);
  const head = (method: string, path: string) => `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${secret}\r\n`;
  let repeats = 0;
  const ask = async <Body>(request: string, asked: string): Promise<Body> => {
    for (let sent = 0; ; sent += 1) {
      if (!connection.isOpen()) connection = await openConnection(origin);
      const { status, body } = await connection.send(request);
      const text = body.toString("utf8");
      if (status < 300) return JSON.parse(text) as Body;
      if (status !== 503 || sent === mostRepeats) throw new Error(`${asked}: ${status} ${text.slice(0, 2_000)}`);
      const { retry_after_seconds: seconds = 1 } = JSON.parse(text) as { retry_after_seconds?: number };
      await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
      repeats += 1;
    }
  };
  return {
    get: (path) => ask(`${head("GET", path)}\r\n`, `GET ${path}`),
    post: (path, idempotencyKey, body) => {
      const text = JSON.stringify(body);
      const request = [
        ...[head("POST", path), "content-type: application/json\r\n", `idempotency-key: ${idempotencyKey}\r\n`],
        `content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
      ].join("");
      return ask(request, `POST ${path}`);
    },
    repeats: () => repeats,
    close: () => connection.close(),
  };
}
