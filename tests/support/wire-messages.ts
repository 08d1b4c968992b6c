/**
 * The framing of PostgreSQL's protocol 3.0 (documentation, chapter "Message Formats"): as much of it as is needed to know which
 * statement passes, in which direction, and when it is over.
 */

/** One message; `type` is its first letter, or "" for the untyped messages with which a client opens a connection. */
export type WireMessage = { readonly type: string; readonly bytes: Buffer };

const cancelRequest = 80877102;
const secureRequest = 80877103;
const encryptedRequest = 80877104;

/** What an untyped message asks for. */
export type Opening = "cancel" | "encryption" | "startup";

/** What a client asks for with an untyped message. */
export function openingOf(message: WireMessage): Opening {
  const code = message.bytes.readInt32BE(4);
  if (code === cancelRequest) return "cancel";
  return code === secureRequest || code === encryptedRequest ? "encryption" : "startup";
}

/** Cuts a stream of bytes into messages. The client's first messages carry no type until the start-up message has passed. */
export function createMessageReader(side: "client" | "server"): (chunk: Buffer) => WireMessage[] {
  let rest: Buffer = Buffer.alloc(0);
  let typed = side === "server";
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const messages: WireMessage[] = [];
    for (;;) {
      const header = typed ? 1 : 0;
      if (rest.length < header + 4) return messages;
      const size = header + rest.readInt32BE(header);
      if (rest.length < size) return messages;
      const message = { type: typed ? String.fromCharCode(rest[0] ?? 0) : "", bytes: rest.subarray(0, size) };
      rest = rest.subarray(size);
      messages.push(message);
      if (!typed && openingOf(message) === "startup") typed = true;
    }
  };
}

/** The zero-terminated strings with which a message's body begins. */
function strings(message: WireMessage, from: number, count: number): string[] {
  const found: string[] = [];
  let start = from;
  while (found.length < count) {
    const end = message.bytes.indexOf(0, start);
    found.push(message.bytes.toString("utf8", start, end));
    start = end + 1;
  }
  return found;
}

/** The statement that a client's Query or Execute runs; `name` is that of the prepared statement, "" for an unnamed one. */
export type TrackedStatement = { readonly sql: string; readonly name: string };

/** Follows Parse, Bind and Close of one connection, so that an Execute can be told by its SQL text. */
export function createStatementTracker(): (message: WireMessage) => TrackedStatement | undefined {
  const prepared = new Map<string, string>();
  const portals = new Map<string, TrackedStatement>();
  const follow: Record<string, (message: WireMessage) => TrackedStatement | undefined> = {
    P: (message) => {
      const [name = "", sql = ""] = strings(message, 5, 2);
      prepared.set(name, sql);
      return undefined;
    },
    B: (message) => {
      const [portal = "", name = ""] = strings(message, 5, 2);
      portals.set(portal, { sql: prepared.get(name) ?? "", name });
      return undefined;
    },
    C: (message) => {
      const [name = ""] = strings(message, 6, 1);
      (message.bytes[5] === "S".charCodeAt(0) ? prepared : portals).delete(name);
      return undefined;
    },
    E: (message) => portals.get(strings(message, 5, 1)[0] ?? "") ?? { sql: "", name: "" },
    Q: (message) => ({ sql: strings(message, 5, 1)[0] ?? "", name: "" }),
  };
  return (message) => follow[message.type]?.(message);
}

/** A client's Flush: makes the server send what it has so far, and is not answered itself. */
export const flush: WireMessage = { type: "H", bytes: Buffer.from([0x48, 0, 0, 0, 4]) };

/** The answer to a request for encryption: not here. */
export const noEncryption = Buffer.from("N");
