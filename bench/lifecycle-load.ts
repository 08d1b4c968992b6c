import { type Client, openClient } from "./connection.ts";
import { type BankTerms, statementOf } from "./bank-csv.ts";
import { runLoad } from "./load.ts";
import { percentile } from "./statistics.ts";

/** What the load process is told: who buys, who sells, and how many checkouts there are. */
export type LifecycleOrder = {
  readonly origin: string;
  /** One connection for each: the API keys of the buyers. */
  readonly buyers: readonly string[];
  readonly lines: readonly string[];
  readonly run: string;
  readonly checkouts: number;
  /** One connection for each. */
  readonly sellers: readonly { readonly id: string; readonly secret: string; readonly location: string }[];
  /** One connection. */
  readonly operator: string;
  readonly bank: BankTerms;
  /** Whether each stage waits for the end of the one before; otherwise all of them go on at once. */
  readonly oneAfterAnother: boolean;
};

export const stages = ["place", "accept", "ship", "deliver", "pay"] as const;
export type Stage = (typeof stages)[number];

/** What was done in a stage. */
export type StageResult = {
  /** Orders of sellers. */
  readonly orders: number;
  readonly requests: number;
  /** From its first request to its last answer. */
  readonly seconds: number;
  /** Of a request, the median. */
  readonly p50: number;
};

export type LifecycleResult = {
  readonly orders: number;
  /** From the first placing to the last order that was delivered and paid. */
  readonly seconds: number;
  readonly stages: Readonly<Record<Stage, StageResult>>;
  /** Requests that the server had no room for at first. */
  readonly repeats: number;
  /** Processor time of this process. */
  readonly cpuMillis: number;
};

/** What one request takes at most: of a seller, and of the operator's bank. */
const mostOfASeller = 200;
const mostOfTheBank = 2_000;
const longestSeconds = 3_600;

/** Counts a stage. */
class Tally {
  orders = 0;
  readonly #latencies: number[] = [];
  #first = Number.POSITIVE_INFINITY;
  #last = 0;

  add(orders: number, began: number, ended: number): void {
    this.orders += orders;
    this.#latencies.push(ended - began);
    this.#first = Math.min(this.#first, began);
    this.#last = Math.max(this.#last, ended);
  }

  result(requests = this.#latencies.length): StageResult {
    const p50 = percentile(
      this.#latencies.toSorted((a, b) => a - b),
      0.5,
    );
    return { orders: this.orders, requests, seconds: Math.max(0, this.#last - this.#first) / 1_000, p50 };
  }
}

/** Wakes all who wait when something has changed. */
class Bell {
  #rung = Promise.withResolvers<void>();

  ring(): void {
    const rung = this.#rung;
    this.#rung = Promise.withResolvers();
    rung.resolve();
  }

  wait(): Promise<void> {
    return this.#rung.promise;
  }
}

/** What waits at a seller for its next step. */
type Desk = {
  readonly id: string;
  readonly location: string;
  readonly client: Client;
  readonly confirmed: string[];
  readonly accepted: string[];
  readonly sent: Parcel[];
};

type Parcel = { readonly shipment: string; readonly invoice: Bill };
export type Bill = { readonly number: string; readonly amount: number };

type Result = { readonly ok: boolean; readonly order?: string; readonly shipment?: string };
type Checkout = { readonly orders: readonly { readonly id: string; readonly seller: { readonly id: string } }[] };
type Invoice = { readonly number: string; readonly shipment: string; readonly total: { readonly amount: number } };

/**
 * Brings orders from placing to paid. The buyers place as in `runLoad`. The software of each seller sends one request at a time and takes
 * what has come meanwhile, up to 200 orders: it accepts, ships, reads the invoices of what it shipped, says that it has arrived. The
 * operator brings a statement of its bank with a line for each invoice of what has arrived meanwhile, naming its number, also one at a time.
 */
export async function runLifecycle(order: LifecycleOrder): Promise<LifecycleResult> {
  const { origin, oneAfterAnother, run } = order;
  const tallies: Readonly<Record<Stage, Tally>> = {
    ...{ place: new Tally(), accept: new Tally(), ship: new Tally(), deliver: new Tally(), pay: new Tally() },
  };
  const bell = new Bell();
  const cpuBefore = process.cpuUsage();
  let expected: number | undefined;
  let failed = false;
  let placeRepeats = 0;
  const isDone = (stage: Stage): boolean => expected !== undefined && tallies[stage].orders === expected;
  const mayBegin = (stage: Stage): boolean => {
    const before = stages[stages.indexOf(stage) - 1];
    return !oneAfterAnother || before === undefined || isDone(before);
  };
  const timed = async <Answer>(stage: Stage, count: number, ask: () => Promise<Answer>, use: (answer: Answer) => void): Promise<void> => {
    const began = performance.now();
    const answer = await ask();
    use(answer);
    tallies[stage].add(count, began, performance.now());
    bell.ring();
  };
  let requests = 0;
  const key = (): string => `${run}-step-${(requests += 1)}`;
  const bills: Bill[] = [];

  const steps = (
    desk: Desk,
  ): readonly { readonly stage: Stage; readonly waiting: readonly unknown[]; readonly take: () => Promise<void> }[] => [
    {
      stage: "accept",
      waiting: desk.confirmed,
      take: () => {
        const orders = desk.confirmed.splice(0, mostOfASeller);
        const ask = () => desk.client.post<{ results: Result[] }>("/v1/seller/orders/accept", key(), { orders });
        return timed("accept", orders.length, ask, ({ results }) =>
          desk.accepted.push(...allDone(results).map(({ order: id = "" }) => id)),
        );
      },
    },
    {
      stage: "ship",
      waiting: desk.accepted,
      take: () => {
        const shipments = desk.accepted.splice(0, mostOfASeller).map((id) => ({ order: id, location: desk.location, carrier: "DHL" }));
        const ask = async () => {
          const { results } = await desk.client.post<{ results: Result[] }>("/v1/seller/shipments/ship", key(), { shipments });
          const parcels = new Set(allDone(results).map(({ shipment = "" }) => shipment));
          // The newest are those of this request: the seller's software sends no other meanwhile.
          const { items } = await desk.client.get<{ items: Invoice[] }>(`/v1/seller/invoices?limit=${parcels.size}`);
          const issued = items.filter(({ shipment }) => parcels.has(shipment));
          if (issued.length !== shipments.length) throw new Error(`${issued.length} invoices of ${shipments.length} parcels`);
          return issued;
        };
        return timed("ship", shipments.length, ask, (issued) =>
          desk.sent.push(...issued.map(({ shipment, number, total: { amount } }) => ({ shipment, invoice: { number, amount } }))),
        );
      },
    },
    {
      stage: "deliver",
      waiting: desk.sent,
      take: () => {
        const parcels = desk.sent.splice(0, mostOfASeller);
        const shipments = parcels.map(({ shipment }) => ({ shipment }));
        const ask = () => desk.client.post<{ results: Result[] }>("/v1/seller/shipments/deliver", key(), { shipments });
        return timed("deliver", parcels.length, ask, ({ results }) => {
          allDone(results);
          bills.push(...parcels.map(({ invoice }) => invoice));
        });
      },
    },
  ];

  const sell = async (desk: Desk): Promise<void> => {
    const own = steps(desk);
    while (!failed && !isDone("deliver")) {
      const rung = bell.wait();
      let worked = false;
      for (const { stage, waiting, take } of own) {
        if (waiting.length === 0 || !mayBegin(stage)) continue;
        await take();
        worked = true;
      }
      if (!worked) await rung;
    }
  };

  const bank = async (client: Client): Promise<void> => {
    let balance = order.bank.opening;
    for (let statement = 1; !failed && !isDone("pay"); ) {
      const rung = bell.wait();
      if (bills.length === 0 || !mayBegin("pay")) {
        await rung;
        continue;
      }
      const paid = bills.splice(0, mostOfTheBank);
      const { text, closing } = statementOf({ ...order.bank, opening: balance, name: `${run}-${statement}` }, paid);
      const ask = () => client.post<Imported>("/v1/operator/bank-statements", key(), { format: "csv", text });
      await timed("pay", paid.length, ask, (answer) => {
        if (answer.lines.matched !== paid.length) throw new Error(`of ${paid.length} payments: ${JSON.stringify(answer)}`);
      });
      balance = closing;
      statement += 1;
    }
  };

  const desks = await Promise.all(
    order.sellers.map(async ({ id, secret, location }): Promise<Desk> => {
      return { id, location, client: await openClient(origin, secret), confirmed: [], accepted: [], sent: [] };
    }),
  );
  const deskOf = new Map(desks.map((desk) => [desk.id, desk]));
  const operator = await openClient(origin, order.operator);
  const placing = async (): Promise<void> => {
    const { buyers, lines, checkouts } = order;
    const asked = { origin, buyers, lines, run, warmSeconds: 0, seconds: longestSeconds, requests: checkouts, repeats: true } as const;
    const load = await runLoad(asked, (body) => {
      const { orders } = JSON.parse(body.toString("utf8")) as Checkout;
      for (const { id, seller } of orders) deskOf.get(seller.id)?.confirmed.push(id);
      tallies.place.add(orders.length, began, performance.now());
      bell.ring();
    });
    if (load.placed !== checkouts) throw new Error(`the load met ${JSON.stringify(load.answers)}`);
    expected = tallies.place.orders;
    placeRepeats = load.answers["503 overloaded"] ?? 0;
    bell.ring();
  };
  const guarded = async (work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      failed = true;
      bell.ring();
      throw error;
    }
  };
  const began = performance.now();
  try {
    await Promise.all([guarded(placing()), ...desks.map((desk) => guarded(sell(desk))), guarded(bank(operator))]);
    const seconds = (performance.now() - began) / 1_000;
    const { user, system } = process.cpuUsage(cpuBefore);
    const { place, accept, ship, deliver, pay } = tallies;
    return {
      orders: place.orders,
      seconds,
      stages: { place: place.result(), accept: accept.result(), ship: ship.result(), deliver: deliver.result(), pay: pay.result() },
      repeats: [operator, ...desks.map(({ client }) => client)].reduce((sum, { repeats }) => sum + repeats(), placeRepeats),
      cpuMillis: (user + system) / 1_000,
    };
  } finally {
    for (const { client } of desks) client.close();
    operator.close();
  }
}

type Imported = { readonly lines: { readonly matched: number } };

/** Results of a request that takes many: each has to be done. */
function allDone(results: readonly Result[]): readonly Result[] {
  const refused = results.find(({ ok }) => !ok);
  if (refused !== undefined) throw new Error(`one of many was refused: ${JSON.stringify(refused)}`);
  return results;
}
