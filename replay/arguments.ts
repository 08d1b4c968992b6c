import { parseArgs } from "node:util";
import type { Share } from "./shares.ts";

/** What a replay was asked to do. */
export type Arguments = {
  readonly data: string;
  readonly only: string | undefined;
  /** Share of the demand of each offer that is received as stock. */
  readonly stock: Share | undefined;
  /** Share of the orders that are replayed. */
  readonly sample: Share | undefined;
  readonly concurrency: number;
  readonly retryAll: boolean;
  readonly json: string | undefined;
  readonly url: string | undefined;
  readonly key: string | undefined;
};

export const usage = `npm run replay -- --data DIR [options]

  --data DIR          the folder that holds olist/ and online-retail/
  --only NAME         olist or online-retail
  --stock F           receive floor(F × demand) of each offer, 0 < F <= 1; without it exactly what is asked for
  --sample F          replay about F of the orders, always the same ones, 0 < F <= 1; without it all
  --concurrency N     place N orders at a time, and take N steps of them, 1 to 256; without it one after the other
  --retry-all         send every write twice, half of the pairs at once
  --json FILE         write the figures there
  --url URL --key K   a market of one's own and an operator's admin key; without it a server on a scratch database`;

/** Reads the command line. @throws Error that says in one sentence what is wrong */
export function readArguments(words: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...words],
    options: {
      data: { type: "string" },
      only: { type: "string" },
      stock: { type: "string" },
      sample: { type: "string" },
      concurrency: { type: "string", default: "1" },
      "retry-all": { type: "boolean", default: false },
      json: { type: "string" },
      url: { type: "string" },
      key: { type: "string" },
    },
  });
  if (values.data === undefined) throw new Error("--data names the folder of the histories");
  if (values.only !== undefined && values.only !== "olist" && values.only !== "online-retail") {
    throw new Error("--only is olist or online-retail");
  }
  const concurrency = Number(values.concurrency);
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 256) throw new Error("--concurrency is an integer from 1 to 256");
  if ((values.url === undefined) !== (values.key === undefined)) throw new Error("--url and --key go together");
  return {
    data: values.data,
    only: values.only,
    stock: readShare("--stock", values.stock),
    sample: readShare("--sample", values.sample),
    concurrency,
    retryAll: values["retry-all"],
    json: values.json,
    url: values.url,
    key: values.key,
  };
}

function readShare(flag: string, text: string | undefined): Share | undefined {
  if (text === undefined) return undefined;
  const found = /^(?:0?\.(\d{1,6})|(1)(?:\.0{1,6})?)$/.exec(text);
  const decimals = found?.[1] ?? "";
  if (found === null || (found[2] === undefined && BigInt(decimals) === 0n)) throw new Error(`${flag} is a number above 0 and at most 1`);
  if (found[2] !== undefined) return { numerator: 1n, denominator: 1n };
  return { numerator: BigInt(decimals), denominator: 10n ** BigInt(decimals.length) };
}
