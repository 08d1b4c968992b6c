import { connect, type Socket } from "node:net";
import {
  createMessageReader,
  createStatementTracker,
  flush,
  noEncryption,
  openingOf,
  type TrackedStatement,
  type WireMessage,
} from "./wire-messages.ts";
import { isCommit, type WireControl, type WireStatement } from "./wire-statement.ts";

/** One client and its own connection to the server. */
export type WireConnection = {
  cut(): void;
  /** Goes on with what was held back while the proxy was paused. */
  resume(): void;
};

/** What the server still has to answer, in order: a statement, or the Sync at the end of a pipeline. */
type Outstanding = {
  readonly kind: "execute" | "query" | "sync";
  readonly statement: WireStatement | undefined;
  readonly stepped: boolean;
  readonly swallow: boolean;
  readonly over: PromiseWithResolvers<void>;
};

const longestLookAheadMillis = 500;

/** Works through messages one at a time, so that holding one holds all behind it. */
function createLine<Message>(work: (message: Message) => void | Promise<void>, paused: () => boolean) {
  const waiting: Message[] = [];
  let running = false;
  const drain = async () => {
    if (running) return;
    running = true;
    while (!paused()) {
      const message = waiting.shift();
      if (message === undefined) break;
      const working = work(message);
      if (working !== undefined) await working;
    }
    running = false;
  };
  return {
    add: (messages: Message[]) => {
      waiting.push(...messages);
      void drain();
    },
    waiting: (): readonly Message[] => waiting,
    drain,
  };
}

/** A client's message, and the statement it runs. */
type Tracked = { readonly message: WireMessage; readonly tracked: TrackedStatement | undefined };

/** Joins a client that has just connected to the server behind the proxy. */
export function openWireConnection(options: {
  client: Socket;
  upstream: { host: string; port: number } | { path: string };
  number: number;
  control: WireControl;
  closed: () => void;
}): WireConnection {
  const { client, control, number, closed } = options;
  const server = connect(options.upstream);
  const track = createStatementTracker();
  const outstanding: Outstanding[] = [];
  let ordinal = 0;
  let failedUntilSync = false;
  let dead = false;

  const cut = () => {
    if (dead) return;
    dead = true;
    client.destroy();
    server.destroy();
    for (const entry of outstanding.splice(0)) entry.over.resolve();
    for (const look of received) look();
    closed();
  };

  const expect = (kind: Outstanding["kind"], statement?: WireStatement, stepped = false, swallow = false): Outstanding => {
    const entry: Outstanding = { kind, statement, stepped, swallow, over: Promise.withResolvers() };
    outstanding.push(entry);
    return entry;
  };

  const received = new Set<() => void>();
  /** Waits until `count` statements have come behind the one that is held; a client that sends fewer is not waited for longer than a moment. */
  const upcoming = async (count: number): Promise<readonly string[]> => {
    const behind = () => clientLine.waiting().flatMap(({ tracked }) => (tracked === undefined ? [] : [tracked.sql]));
    if (behind().length >= count) return behind();
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      if (dead || behind().length >= count) resolve();
    };
    const patience = setTimeout(resolve, longestLookAheadMillis);
    received.add(look);
    await promise;
    received.delete(look);
    clearTimeout(patience);
    return behind();
  };

  const passStatement = async (message: WireMessage, statement: WireStatement) => {
    const { hook, swallow } = control;
    const kind = message.type === "Q" ? "query" : "execute";
    if (hook !== undefined && (await hook(statement, "before", upcoming)) === "cut") return cut();
    if (dead) return;
    const swallowed = swallow !== undefined && swallow.left > 0 && isCommit(statement);
    if (swallowed) swallow.left -= 1;
    const stepped = hook !== undefined || swallowed;
    const entry = expect(kind, statement, stepped, swallowed);
    server.write(message.bytes);
    if (!stepped) return;
    if (kind === "execute") server.write(flush.bytes);
    await entry.over.promise;
  };

  const fromClient = ({ message, tracked }: Tracked): void | Promise<void> => {
    if (dead) return;
    if (message.type === "") {
      if (openingOf(message) === "encryption") client.write(noEncryption);
      else server.write(message.bytes);
      return;
    }
    // After an error the server passes over everything up to the next Sync: such a statement never runs and has no answer.
    if (tracked !== undefined && !failedUntilSync) {
      ordinal += 1;
      const statement: WireStatement = { connection: number, ordinal, ...tracked };
      control.statements.push(statement);
      return passStatement(message, statement);
    }
    if (message.type === "S") {
      failedUntilSync = false;
      expect("sync");
    }
    server.write(message.bytes);
  };

  /** Ends the first outstanding entry: the hook sees it, and only then the client may. */
  const finish = async (entry: Outstanding) => {
    outstanding.shift();
    if (entry.swallow) {
      cut();
      const { swallow } = control;
      if (swallow !== undefined && swallow.left === 0) {
        control.swallow = undefined;
        swallow.swallowed();
      }
    } else if (entry.stepped && entry.statement !== undefined && control.hook !== undefined) {
      if ((await control.hook(entry.statement, "after", upcoming)) === "cut") cut();
    }
    entry.over.resolve();
  };

  const ended = async (message: WireMessage) => {
    const first = outstanding[0];
    if (first === undefined) return;
    if ("CIs".includes(message.type) && first.kind === "execute") await finish(first);
    else if (message.type === "E" && first.kind !== "query") {
      failedUntilSync = !outstanding.some((entry) => entry.kind === "sync");
      while (outstanding[0]?.kind === "execute") await finish(outstanding[0]);
    } else if (message.type === "Z") {
      const last = outstanding.findIndex((entry) => entry.kind !== "execute");
      for (let left = last; left >= 0; left -= 1) if (outstanding[0] !== undefined) await finish(outstanding[0]);
    }
  };

  const fromServer = (message: WireMessage): void | Promise<void> => {
    if (dead) return;
    if (!"CIsEZ".includes(message.type)) {
      client.write(message.bytes);
      return;
    }
    return ended(message).then(() => {
      if (!dead) client.write(message.bytes);
    });
  };

  const clientLine = createLine(fromClient, () => control.paused);
  const serverLine = createLine(fromServer, () => control.paused);
  const readClient = createMessageReader("client");
  const readServer = createMessageReader("server");
  client.on("data", (chunk: Buffer) => {
    clientLine.add(readClient(chunk).map((message) => ({ message, tracked: track(message) })));
    for (const look of received) look();
  });
  server.on("data", (chunk: Buffer) => serverLine.add(readServer(chunk)));
  for (const socket of [client, server]) {
    socket.setNoDelay(true);
    socket.on("error", cut); // the other end sees a dead connection, as it would without a proxy
    socket.on("close", cut);
  }
  return {
    cut,
    resume: () => {
      void clientLine.drain();
      void serverLine.drain();
    },
  };
}
