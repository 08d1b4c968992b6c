import { type Answer, openConnection } from "./connection.ts";

/** What the load process is told: who buys, what, and for how long. */
export type LoadOrder = {
  readonly origin: string;
  /** One keep-alive connection for each: the API keys of the buyers. */
  readonly buyers: readonly string[];
  /** The `lines` of the checkouts as JSON texts; each request takes the next one. */
  readonly lines: readonly string[];
  /** Stands before every client reference and idempotency key, so that no two runs share one. */
  readonly run: string;
  /** Answers in the first seconds are counted, and not timed. */
  readonly warmSeconds: number;
  /** How long it is timed after that. */
  readonly seconds: number;
  /** No more requests than these. */
  readonly requests?: number;
  /** A checkout that the server has no room for is sent again with its key, after as long as the answer says. */
  readonly repeats?: true;
};

/** What came of it. Milliseconds from the request's last byte written to the answer's last byte read, as a buyer sees it. */
export type LoadResult = {
  /** All answers by status, and by code where they were refused: `201`, `409 stock-short`. */
  readonly answers: Readonly<Record<string, number>>;
  readonly placed: number;
  /** Placed within the timed seconds, and how many seconds these were. */
  readonly timedPlaced: number;
  readonly timedSeconds: number;
  /** Of each answer within the timed seconds, in milliseconds, in no order. */
  readonly latencies: readonly number[];
  /** From the first request to the last answer, warming up included. */
  readonly seconds: number;
  /** Processor time of this process. */
  readonly cpuMillis: number;
};

function outcomeOf({ status, body }: Answer): string {
  if (status < 300) return String(status);
  const { code } = JSON.parse(body.toString("utf8")) as { code?: string };
  return `${status} ${code ?? ""}`;
}

function retryAfterMillis({ body }: Answer): number {
  const { retry_after_seconds: seconds = 1 } = JSON.parse(body.toString("utf8")) as { retry_after_seconds?: number };
  return seconds * 1_000;
}

/**
 * Sends, waits for the answer and sends the next, on one connection a buyer, until the time is over or the requests are used up. `onPlaced`
 * is given the answer to each checkout that is placed.
 */
export async function runLoad(order: LoadOrder, onPlaced?: (body: Buffer) => void): Promise<LoadResult> {
  const { host } = new URL(order.origin);
  const began = performance.now();
  const timedFrom = began + order.warmSeconds * 1_000;
  const until = timedFrom + order.seconds * 1_000;
  const cpuBefore = process.cpuUsage();
  const answers: Record<string, number> = {};
  const latencies: number[] = [];
  let sent = 0;
  let timedPlaced = 0;

  const nextRequest = (head: string): string => {
    const number = String(sent).padStart(8, "0");
    const lines = order.lines[sent % order.lines.length] ?? "[]";
    sent += 1;
    const body = `{"client_reference":"${order.run}-${number}","currency":"EUR","payment_method":"on_account","lines":${lines}}`;
    return `${head}idempotency-key: ${order.run}-key-${number}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  };

  const buy = async (key: string): Promise<void> => {
    const connection = await openConnection(order.origin);
    const head = `POST /v1/buyer/checkouts HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\n`;
    try {
      while (performance.now() < until && sent < (order.requests ?? Number.POSITIVE_INFINITY)) {
        const request = nextRequest(head);
        const asked = performance.now();
        let answer = await connection.send(request);
        while (order.repeats === true && answer.status === 503 && performance.now() < until) {
          answers[outcomeOf(answer)] = (answers[outcomeOf(answer)] ?? 0) + 1;
          await new Promise((resolve) => setTimeout(resolve, retryAfterMillis(answer)));
          answer = await connection.send(request);
        }
        const now = performance.now();
        const outcome = outcomeOf(answer);
        answers[outcome] = (answers[outcome] ?? 0) + 1;
        if (now >= timedFrom && now < until) {
          latencies.push(now - asked);
          if (answer.status === 201) timedPlaced += 1;
        }
        if (answer.status === 201) onPlaced?.(answer.body);
      }
    } finally {
      connection.close();
    }
  };

  await Promise.all(order.buyers.map(buy));
  const ended = performance.now();
  const { user, system } = process.cpuUsage(cpuBefore);
  // A run that is bounded by its requests may end before its time.
  const timedSeconds = (Math.min(until, ended) - timedFrom) / 1_000;
  return {
    answers,
    placed: answers["201"] ?? 0,
    timedPlaced,
    timedSeconds: Math.max(0, timedSeconds),
    latencies,
    seconds: (ended - began) / 1_000,
    cpuMillis: (user + system) / 1_000,
  };
}
