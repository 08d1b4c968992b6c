import { type Client, openClient } from "./connection.ts";

/** Writes to be sent, and over how many connections: each takes the next one when its last is answered. */
export type WritesOrder = {
  readonly origin: string;
  readonly secret: string;
  readonly connections: number;
  readonly writes: readonly { readonly path: string; readonly key: string; readonly body: unknown }[];
};

/** What was answered, in the order of the writes. */
export type WritesResult = {
  readonly answers: readonly unknown[];
  /** From the first request to the last answer. */
  readonly seconds: number;
  /** How many writes the server had no room for at first. */
  readonly repeats: number;
};

/** Sends them all. */
export async function runWrites({ origin, secret, connections, writes }: WritesOrder): Promise<WritesResult> {
  const clients = await Promise.all(Array.from({ length: Math.min(connections, writes.length) }, () => openClient(origin, secret)));
  const answers: unknown[] = [];
  let next = 0;
  const work = async (client: Client): Promise<void> => {
    for (let index = next++; index < writes.length; index = next++) {
      const write = writes[index];
      if (write !== undefined) answers[index] = await client.post(write.path, write.key, write.body);
    }
  };
  try {
    const began = performance.now();
    await Promise.all(clients.map(work));
    return {
      answers,
      seconds: (performance.now() - began) / 1_000,
      repeats: clients.reduce((sum, { repeats }) => sum + repeats(), 0),
    };
  } finally {
    for (const client of clients) client.close();
  }
}
