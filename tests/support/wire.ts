import { createServer, type AddressInfo, type Socket } from "node:net";
import { openWireConnection, type WireConnection } from "./wire-connection.ts";
import type { WireControl, WireHook, WireStatement } from "./wire-statement.ts";

export { isCommit, isRollback, type WireAction, type WireHook, type WireStatement } from "./wire-statement.ts";

/** A PostgreSQL proxy that sees every statement and can hold, cut or lose it. */
export type Wire = {
  /** The upstream's connection string with the proxy's address in it. */
  readonly url: string;
  /** Every statement since the start or the last `forget`, in the order they passed. */
  statements(): readonly WireStatement[];
  forget(): void;
  /**
   * Calls `hook` at both sides of every statement. While watched the proxy steps: a statement is sent on only when the one before it on
   * the same connection was answered (a Flush is put behind it), so there is a boundary between any two, inside a pipeline too.
   * @returns what ends the watch
   */
  watch(hook: WireHook): () => void;
  /** The server commits the next `count` transactions, and each of their clients sees a dead connection instead of the answer. Resolves after the last. */
  swallowCommitReplies(count: number): Promise<void>;
  /** Nothing passes any more, in either direction, until `resume`. */
  pause(): void;
  resume(): void;
  /** New connections die at once while this is on. */
  refuseConnections(refuse: boolean): void;
  /** Every open connection dies, at both ends. */
  cutAll(): void;
  close(): Promise<void>;
};

type Upstream = { host: string; port: number } | { path: string };

function upstreamOf(url: URL): Upstream {
  const port = Number(url.port || 5432);
  const host = url.searchParams.get("host") ?? decodeURIComponent(url.hostname);
  return host.startsWith("/") ? { path: `${host}/.s.PGSQL.${port}` } : { host: host || "127.0.0.1", port };
}

/** Opens a proxy to the PostgreSQL of `upstreamUrl` on a free port of 127.0.0.1. It speaks plain text only, on both sides. */
export async function openWire({ upstreamUrl }: { upstreamUrl: string }): Promise<Wire> {
  const url = new URL(upstreamUrl);
  const upstream = upstreamOf(url);
  const control: WireControl = { hook: undefined, paused: false, swallow: undefined, statements: [] };
  const connections = new Set<WireConnection>();
  let opened = 0;
  let refusing = false;

  const server = createServer((client: Socket) => {
    if (refusing) {
      client.destroy();
      return;
    }
    opened += 1;
    const connection = openWireConnection({ client, upstream, number: opened, control, closed: () => connections.delete(connection) });
    connections.add(connection);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  url.searchParams.delete("host");
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);

  const cutAll = () => {
    for (const connection of connections) connection.cut();
  };
  return {
    url: url.toString(),
    statements: () => control.statements,
    forget: () => {
      control.statements.length = 0;
    },
    watch: (hook) => {
      control.hook = hook;
      return () => {
        if (control.hook === hook) control.hook = undefined;
      };
    },
    swallowCommitReplies: (count) =>
      new Promise((resolve) => {
        control.swallow = { left: count, swallowed: resolve };
      }),
    pause: () => {
      control.paused = true;
    },
    resume: () => {
      control.paused = false;
      for (const connection of connections) connection.resume();
    },
    refuseConnections: (refuse) => {
      refusing = refuse;
    },
    cutAll,
    close: async () => {
      refusing = true;
      cutAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
