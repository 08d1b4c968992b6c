import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KeyedAudience } from "../../src/http/call.ts";
import { audienceOf, isWrite, methodOf, type Operation, templateOf } from "../../src/http/operation.ts";
import { policy, rolesFor } from "../../src/http/policy.ts";
import { roles } from "../../src/modules/identity/index.ts";
import type { Caller } from "../support/caller.ts";
import { codeOf } from "../support/caller.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import { jsonOf, type HttpRequest } from "../support/barrier.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";
import { createConnection } from "../http/connection.ts";
import { operations } from "../http/described-operations.ts";
import { exampleRequest, type ExampleMarket, openExampleMarket } from "../http/example-market.ts";
import { rowCounts } from "../http/row-counts.ts";

const rolesOf = { operator: roles.operator, seller: roles.seller, buyer: roles.company };

type Member = { readonly audience: KeyedAudience; readonly role: string; readonly caller: Caller };

let market: OwnMarket;
let objects: ExampleMarket;
let members: readonly Member[];
let send: (request: HttpRequest) => Promise<HttpAnswer>;
let close: () => void;

beforeAll(async () => {
  market = await openMarket();
  objects = await openExampleMarket(market);
  ({ send, close } = createConnection(market.servers[0]?.url ?? ""));
  const { seller, company } = objects.ids;
  const paths = {
    operator: "/v1/operator/keys",
    seller: `/v1/operator/sellers/${seller}/keys`,
    buyer: `/v1/operator/companies/${company}/keys`,
  };
  const made: Member[] = [];
  for (const audience of ["operator", "seller", "buyer"] as const) {
    for (const role of rolesOf[audience]) {
      const { secret } = await market.operator.post<{ secret: string }>(paths[audience], { name: role, role });
      made.push({ audience, role, caller: market.caller(secret) });
    }
  }
  members = made;
});
afterAll(async () => {
  close();
  await market.close();
});

const named = (those: readonly Operation[]) =>
  those.map((operation) => ({ name: `${methodOf(operation)} ${templateOf(operation)}`, operation }));

const keyed = operations.filter((operation) => audienceOf(operation) !== "public");

/** The example's request, sent by somebody else, and without a key: whoever is let in is told so, and nothing is done. */
function attempt(operation: Operation, authorization: string | undefined): HttpRequest {
  const { authorization: _own, "idempotency-key": _key, ...headers } = exampleRequest(operation, objects).headers ?? {};
  return { ...exampleRequest(operation, objects), headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) } };
}

describe("the policy", () => {
  test("has its rows in the order of the operations", () => {
    expect(Object.keys(policy)).toEqual(operations.map(({ id }) => id));
  });

  test.each(named(keyed))("lets into $name exactly the roles of its row, and nobody of another tree", async ({ operation }) => {
    const before = await rowCounts(market.database);
    const let_in: string[] = [];
    const wrong: string[] = [];
    for (const { audience, role, caller } of members) {
      const answer = await send(attempt(operation, `Bearer ${caller.secret}`));
      const code = codeOf(answer);
      if (code === "forbidden") continue;
      let_in.push(`${audience} ${role}`);
      const expected = isWrite(operation) ? "idempotency-key-missing" : undefined;
      if (code !== expected) wrong.push(`${audience} ${role}: ${answer.status} ${code}`);
    }
    expect(wrong).toEqual([]);
    expect(let_in).toEqual(rolesFor(operation.id).map((role) => `${audienceOf(operation)} ${role}`));
    expect(await rowCounts(market.database)).toEqual(before);
  });

  test.each(named(operations.filter((operation) => audienceOf(operation) === "public")))(
    "lets everybody into $name, whatever key is sent or none, and all get the same answer",
    async ({ operation }) => {
      const before = await rowCounts(market.database);
      const answers = [];
      for (const authorization of [undefined, "Bearer ü", ...members.map(({ caller }) => `Bearer ${caller.secret}`)]) {
        const { status, body } = await send(attempt(operation, authorization));
        answers.push(`${status} ${body.toString("utf8").replaceAll(/urn:request:req_\w+/g, "")}`);
      }
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toMatch(isWrite(operation) ? /idempotency-key-missing/ : /^200 /);
      expect(await rowCounts(market.database)).toEqual(before);
    },
  );

  test.each(named(keyed))("shuts out of $name who has no key, a garbled, an unknown or a revoked one, all alike", async ({ operation }) => {
    const { secret } = market.operator;
    const revoked = await revokedKey(audienceOf(operation) as KeyedAudience);
    const unknown = `stoa_${"0".repeat(26)}_${"A".repeat(32)}`;
    const flipped = `${secret.slice(0, -1)}${secret.endsWith("A") ? "B" : "A"}`;
    const answers = [];
    for (const authorization of [
      undefined,
      "",
      "Bearer",
      `Bearer ${unknown}`,
      `Bearer ${flipped}`,
      `Bearer ${revoked}`,
      `Basic ${secret}`,
      `Bearer ${secret} x`,
      "Bearer stoa_",
      "Bearer ü",
    ]) {
      const { status, headers, body } = await send(attempt(operation, authorization));
      const { instance: _instance, ...problem } = JSON.parse(body.toString("utf8")) as Record<string, unknown>;
      answers.push({ status, challenge: headers["www-authenticate"], problem });
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, challenge: 'Bearer realm="stoa"', problem: { code: "unauthenticated" } });
  });

  const revokedKeys = new Map<KeyedAudience, string>();
  async function revokedKey(audience: KeyedAudience): Promise<string> {
    const known = revokedKeys.get(audience);
    if (known !== undefined) return known;
    const { seller, company } = objects.ids;
    const path = {
      operator: "/v1/operator/keys",
      seller: `/v1/operator/sellers/${seller}/keys`,
      buyer: `/v1/operator/companies/${company}/keys`,
    };
    const role = rolesOf[audience][0];
    const { id, secret } = await market.operator.post<{ id: string; secret: string }>(path[audience], { name: "to be revoked", role });
    await market.operator.post(`/v1/operator/keys/${id}/revoke`, {});
    revokedKeys.set(audience, secret);
    return secret;
  }
});

describe("the stored body of a write", () => {
  test("is the same whatever role asks: an admin and a support key that make the same seller get the same members", async () => {
    const bodies = [];
    for (const role of rolesFor("operator.sellers.create")) {
      const member = members.find(({ audience, role: has }) => audience === "operator" && has === role);
      const create = operations.find(({ id }) => id === "operator.sellers.create");
      const request = create && exampleRequest(create, objects, { authorization: `Bearer ${member?.caller.secret}` });
      bodies.push(Object.keys(jsonOf(await send(request as HttpRequest))));
    }
    expect(bodies.length).toBe(2);
    expect(bodies[0]).toEqual(bodies[1]);
  });
});
