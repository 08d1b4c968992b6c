import { createServer, connect, type AddressInfo, type Socket } from "node:net";
import { createMessageReader, type WireMessage } from "../tests/support/wire-messages.ts";
import type { Parameter } from "./parameters.ts";

/** A statement as the server sent it. */
export type SentStatement = { readonly text: string; readonly name: string; readonly parameters: readonly Parameter[] };

/** A PostgreSQL proxy that keeps what the lanes send, parameters and all, and can hold them back. */
export type Recorder = {
  readonly url: string;
  /** The transactions of the lanes that were committed, in their order, since the last time they were taken. */
  readonly take: () => (readonly SentStatement[])[];
  /** Nothing that a lane sends reaches the database any more, until `release`. Resolves when a lane has begun and is held. */
  readonly hold: () => Promise<void>;
  readonly release: () => void;
  readonly close: () => Promise<void>;
};

const laneName = "stoa lane";

function zeroTerminated(bytes: Buffer, from: number): { text: string; next: number } {
  const end = bytes.indexOf(0, from);
  return { text: bytes.toString("utf8", from, end), next: end + 1 };
}

/** The portal, statement and parameters of a Bind message. */
function bound({ bytes }: WireMessage): { name: string; parameters: Parameter[] } {
  const portal = zeroTerminated(bytes, 5);
  const { text: name, next } = zeroTerminated(bytes, portal.next);
  const formatCount = bytes.readInt16BE(next);
  const formats = Array.from({ length: formatCount }, (_, index) => bytes.readInt16BE(next + 2 + 2 * index));
  let at = next + 2 + 2 * formatCount;
  const count = bytes.readInt16BE(at);
  at += 2;
  const parameters = Array.from({ length: count }, (_, index): Parameter => {
    const size = bytes.readInt32BE(at);
    at += 4;
    if (size < 0) return null;
    const value = bytes.subarray(at, at + size);
    at += size;
    const isBinary = (formatCount === 1 ? formats[0] : formats[index]) === 1;
    return isBinary ? Buffer.from(value) : value.toString("utf8");
  });
  return { name, parameters };
}

/** Follows one connection and gives each transaction that it commits. */
function createFollower(onCommitted: (statements: readonly SentStatement[]) => void): (message: WireMessage) => void {
  const texts = new Map<string, string>();
  let current: SentStatement[] = [];
  let next: SentStatement = { text: "", name: "", parameters: [] };
  const ran = (statement: SentStatement) => {
    if (/^begin\b/.test(statement.text)) current = [];
    current.push(statement);
    if (/^commit\b/.test(statement.text)) onCommitted(current);
  };
  return (message) => {
    if (message.type === "P") {
      const { text: name, next: from } = zeroTerminated(message.bytes, 5);
      texts.set(name, zeroTerminated(message.bytes, from).text);
    } else if (message.type === "B") {
      const { name, parameters } = bound(message);
      next = { text: texts.get(name) ?? "", name, parameters };
    } else if (message.type === "E") ran(next);
    else if (message.type === "Q") ran({ text: zeroTerminated(message.bytes, 5).text, name: "", parameters: [] });
  };
}

/** Opens a recorder in front of the PostgreSQL of `upstreamUrl`. */
export async function openRecorder(upstreamUrl: string): Promise<Recorder> {
  const url = new URL(upstreamUrl);
  const upstream = { host: url.hostname, port: Number(url.port) };
  const sockets = new Set<Socket>();
  const committed: (readonly SentStatement[])[] = [];
  const kept = new Map<Socket, Buffer[]>();
  let holding = false;
  let heldOne = (): void => undefined;

  const proxy = createServer((client) => {
    const server = connect(upstream);
    const read = createMessageReader("client");
    const follow = createFollower((statements) => committed.push(statements));
    let isLane = false;
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      // Either end going away ends both: what is recorded by then is what was committed.
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.on("data", (chunk: Buffer) => {
      for (const message of read(chunk)) {
        if (message.type === "") isLane ||= message.bytes.includes(`application_name\0${laneName}\0`);
        else if (isLane) follow(message);
      }
      if (holding && isLane) {
        kept.set(server, [...(kept.get(server) ?? []), chunk]);
        heldOne();
      } else server.write(chunk);
    });
    server.on("data", (chunk: Buffer) => client.write(chunk));
  });
  await new Promise<void>((resolve, reject) => {
    proxy.once("error", reject);
    proxy.listen(0, "127.0.0.1", resolve);
  });
  url.hostname = "127.0.0.1";
  url.port = String((proxy.address() as AddressInfo).port);

  return {
    url: url.href,
    take: () => committed.splice(0),
    hold: () => {
      holding = true;
      return new Promise((resolve) => {
        heldOne = resolve;
      });
    },
    release: () => {
      holding = false;
      for (const [server, chunks] of kept) for (const chunk of chunks) server.write(chunk);
      kept.clear();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => proxy.close(() => resolve()));
    },
  };
}
