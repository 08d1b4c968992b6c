import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { firstOrderLine } from "../../src/cli/demo-market.ts";
import { readConfiguration } from "../../src/platform/configuration/index.ts";
import { jsonOf, send } from "../support/barrier.ts";
import { type Company, type Offer, openMarket, type OwnMarket } from "../support/market.ts";
import { codeBlocks, readDocument } from "./documents.ts";

/** What a curl line sends, read as a shell would read its quotes. */
function readCurl(line: string): { url: URL; headers: Record<string, string>; body: string } {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
  const headers: Record<string, string> = {};
  for (const [index, word] of words.entries()) {
    const [, name, value] = word === "-H" ? (/^([\w-]+): (.*)$/.exec(words[index + 1] ?? "") ?? []) : [];
    if (name !== undefined && value !== undefined) headers[name] = value;
  }
  return { url: new URL(words.find((word) => word.startsWith("http")) ?? ""), headers, body: words[words.indexOf("-d") + 1] ?? "" };
}

const line = codeBlocks(readDocument("README.md"))
  .flatMap((block) => block.split("\n"))
  .find((each) => each.startsWith("curl") && each.includes(" -d "));

let market: OwnMarket;
let company: Company;
let offers: readonly [Offer, Offer];

beforeAll(async () => {
  market = await openMarket();
  company = await market.company();
  offers = [await (await market.seller()).offer({ units: 5_000 }), await (await market.seller()).offer({ units: 5_000 })];
});
afterAll(() => market.close());

/** The line with the ids and the key of this market, sent to its server. */
async function sendFilledIn(change: (body: string) => string = (body) => body) {
  const { url, headers, body } = readCurl(line ?? "");
  const left = offers.map(({ id }) => id);
  return send(market.servers[0]?.url ?? "", {
    method: "POST",
    path: url.pathname,
    headers: { ...headers, authorization: headers["authorization"]?.replace("stoa_…", company.secret) ?? "" },
    body: Buffer.from(change(body.replaceAll("off_…", () => left.shift() ?? "none left"))),
  });
}

describe("the first order of README.md", () => {
  test("is the line that npm start prints", () => {
    const party = { id: "cmp_…", name: "Company", key: "stoa_…" };
    const keys = { operator: { key: "stoa_…" }, sellers: [], companies: [party], offers: ["off_…", "off_…", "off_…", "off_…"] };
    const { host, port } = readConfiguration({});
    expect(line).toBe(firstOrderLine(`http://${host}:${port}`, keys));
  });

  test("places a confirmed checkout with an order for each seller, and the same bytes again when it is sent again", async () => {
    const first = await sendFilledIn();
    expect({ status: first.status, body: jsonOf(first) }).toMatchObject({ status: 201, body: { state: "confirmed" } });
    expect(jsonOf<{ orders: unknown[] }>(first).orders).toHaveLength(2);

    const again = await sendFilledIn();
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect(again.body.equals(first.body)).toBe(true);
  });

  test("is refused under the same key with another quantity, by the code that README.md names", async () => {
    await sendFilledIn();
    const answer = await sendFilledIn((body) => body.replace('"quantity":500', '"quantity":501'));
    expect({ status: answer.status, code: jsonOf<{ code: string }>(answer).code }).toEqual({ status: 422, code: "idempotency-key-reused" });
    expect(readDocument("README.md").replaceAll(/\s+/g, " ")).toContain("`422 idempotency-key-reused`");
  });
});
