import { expect } from "vitest";
import { fromWireId, type Prefix } from "../../src/kernel/ids.ts";
import type { Checkout } from "../support/market.ts";

/** As much of an order as its stories look at. */
export type OrderRead = {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly checkout: string;
  readonly total: { readonly amount: number };
  readonly cancelled: { readonly amount: number };
  readonly promised_on: string | null;
  readonly cancellable_from: string | null;
  readonly allowed_actions: readonly string[];
  readonly lines: readonly {
    readonly line_number: number;
    readonly quantity: number;
    readonly packed: number;
    readonly shipped: number;
    readonly cancelled: number;
    readonly promised_on: string | null;
  }[];
  readonly open_requests: readonly RequestRead[];
  readonly history: readonly { readonly to: string; readonly by: string; readonly cause: string }[];
};

/** As much of a question about an order. */
export type RequestRead = {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly kind: string;
  readonly lines: readonly { readonly line_number: number; readonly quantity: number }[];
  readonly allowed_actions: readonly string[];
};

/** The only order of a checkout. */
export function orderOf({ orders }: Checkout): string {
  const [order] = orders;
  if (order === undefined || orders.length > 1) throw new Error("the checkout is not of one order");
  return order.id;
}

/** The day so many days after another. */
export function dayAfter(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

/** An id as the database has it. */
export function uuidOfWire(id: string): string {
  const uuid = fromWireId(id.slice(0, 3) as Prefix, id);
  if (uuid === undefined) throw new Error(`no id: ${id}`);
  return uuid;
}

type Event = { readonly type: string; readonly subject: string };

/** What a caller was told of one subject, once the sequencer has numbered it. */
export async function orderTold(
  caller: { get<T>(path: string): Promise<T> },
  audience: string,
  id: string,
  count: number,
): Promise<string[]> {
  const found = async () => {
    const types: string[] = [];
    for (let after = 0; ; ) {
      const page = await caller.get<{ items: Event[]; next_after: number }>(`/v1/${audience}/events?after=${after}&limit=200`);
      types.push(...page.items.filter(({ subject }) => subject === id).map(({ type }) => type));
      if (page.items.length === 0) return types;
      after = page.next_after;
    }
  };
  await expect.poll(async () => (await found()).length, { timeout: 10_000 }).toBe(count);
  return found();
}
