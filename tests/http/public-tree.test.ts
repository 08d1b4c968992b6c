import { randomUUID } from "node:crypto";
import Type from "typebox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operation, type Operation } from "../../src/http/operation.ts";
import { openApiDocument } from "../../src/http/openapi.ts";
import { everybody, type Policy } from "../../src/http/policy.ts";
import { closed, listOf, text } from "../../src/http/shapes.ts";
import { sql, withReader } from "../../src/platform/db/index.ts";
import { jsonOf, send } from "../support/barrier.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { openSmallServer, type SmallServer } from "./small-server.ts";

const nil = "00000000-0000-0000-0000-000000000000";
const shown = closed({ role: text(100), organisation: Type.String({ maxLength: 100 }), caller: listOf(text(100), 4, 4), times: text(10) });
const sample = { role: "stoa_public", organisation: "", caller: [nil, "public", nil, "everybody"], times: "1" };

let registered = 0;

type Asking = Parameters<Extract<Operation, { kind: "read" }>["read"]>[0];

async function whoAsks(reader: Asking, principal: object) {
  const { role, organisation } = await reader.one(
    sql<{ role: string; organisation: string }>`
      select current_user::text as role, current_setting('app.organisation') as organisation`,
  );
  return { role, organisation, caller: Object.values(principal) as string[], times: String(registered) };
}

const operations: readonly Operation[] = [
  operation({
    kind: "read",
    scope: "public",
    id: "public.notices.read",
    path: "/notices",
    summary: "Read what is public",
    response: shown,
    refusals: [],
    example: { response: sample },
    read: async (reader, call) => ({ body: await whoAsks(reader, call.principal) }),
  }),
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "public",
    id: "public.notices.register",
    path: "/notices",
    summary: "Register",
    body: closed({ name: text(100) }),
    response: shown,
    refusals: [],
    example: { body: { name: "x" }, response: sample },
    work: async (tx, call) => {
      registered += 1;
      return { body: await whoAsks(tx, call.principal) };
    },
  }),
];
const policy: Policy = { "public.notices.read": everybody, "public.notices.register": everybody };

let database: TestDatabase;
let server: SmallServer;
beforeAll(async () => {
  database = await openTestDatabase();
  server = await openSmallServer({ operations, policy, database: database.database });
});
afterAll(async () => {
  await server.close();
  await database.close();
});

const path = "/v1/public/notices";
const register = (key: string | undefined, name: string, headers: Record<string, string> = {}) =>
  send(server.url, {
    method: "POST",
    path,
    headers: { ...(key === undefined ? {} : { "idempotency-key": key }), ...headers },
    body: { name },
  });

describe("the public tree", () => {
  test("is read without a key, in a role of its own, for no organisation", async () => {
    const answer = await send(server.url, { method: "GET", path });
    expect({ status: answer.status, body: jsonOf(answer) }).toMatchObject({
      status: 200,
      body: { role: "stoa_public", organisation: "", caller: [nil, "public", nil, "everybody"] },
    });
  });

  test("does not look at a key that is sent, be it good, bad or garbled", async () => {
    for (const authorization of [server.key("seller", "owner"), `Bearer stoa_${"0".repeat(26)}_${"A".repeat(32)}`, "Basic x", "ü"]) {
      const answer = await send(server.url, { method: "GET", path, headers: { authorization } });
      expect([answer.status, jsonOf(answer)["caller"]]).toEqual([200, [nil, "public", nil, "everybody"]]);
    }
  });

  test("asks a write for an idempotency key, does it once and answers a repeat byte for byte", async () => {
    const missing = await register(undefined, "Nordwind");
    expect([missing.status, jsonOf(missing)["code"]]).toEqual([400, "idempotency-key-missing"]);
    const key = randomUUID();
    const before = registered;
    const first = await register(key, "Nordwind");
    const again = await register(key, "Nordwind", { authorization: server.key("seller", "owner") });
    expect([first.status, jsonOf(first)["role"], again.status, again.headers["idempotent-replayed"]]).toEqual([
      ...[201, "stoa_public"],
      ...[201, "true"],
    ]);
    expect(again.body.equals(first.body)).toBe(true);
    expect(registered).toBe(before + 1);
  });

  test("lets two strangers use the same key: with another request it is another key, and neither learns of the other", async () => {
    const key = randomUUID();
    const before = registered;
    const answers = [await register(key, "Nordwind"), await register(key, "Südwind")];
    expect(answers.map(({ status, headers }) => [status, headers["idempotent-replayed"]])).toEqual([
      [201, undefined],
      [201, undefined],
    ]);
    expect(registered).toBe(before + 2);
  });

  test("keeps its answers under the organisation of nobody, and its role finds no other", async () => {
    await database.owner(
      `set role stoa_operator;
       insert into idempotency (organisation_id, operation, key_hash, idempotency_id, fingerprint, principal_id, status, answered_at, content_type, body)
       select gen_random_uuid(), operation, key_hash, gen_random_uuid(), fingerprint, principal_id, status, answered_at, content_type, body
       from idempotency limit 1`,
    );
    const all = await withReader(database.database, { role: "stoa_read" }, (reader) =>
      reader.query(sql<{ organisation_id: string }>`select distinct organisation_id from idempotency`),
    );
    expect(all.length).toBe(2);
    const seen = await withReader(database.database, { role: "stoa_public" }, (reader) =>
      reader.query(sql<{ organisation_id: string; principal_id: string }>`select distinct organisation_id, principal_id from idempotency`),
    );
    expect(seen).toEqual([{ organisation_id: nil, principal_id: nil }]);
  });

  test("is described as open to everybody, without the codes of keys", () => {
    const document = openApiDocument(operations, "1") as {
      paths: Record<string, Record<string, { security: unknown; responses: object }>>;
    };
    const { get, post } = document.paths[path] ?? {};
    expect([get?.security, post?.security]).toEqual([[], []]);
    expect(Object.keys(get?.responses ?? {})).not.toContain("401");
    expect(JSON.stringify(post)).toContain("idempotency-key-missing");
    expect(JSON.stringify(post)).not.toMatch(/unauthenticated|forbidden|idempotency-key-reused/);
  });
});

describe("a server does not start", () => {
  const [read] = operations as readonly [Operation];
  const starting = (changed: Operation, rules: Policy) =>
    openSmallServer({ operations: [changed], policy: rules, database: database.database });

  test.each([
    ["without a row in the policy", read, {}, "no row for public.notices.read"],
    ["with roles for the public tree", read, { "public.notices.read": [] }, "everybody may call the public tree"],
    [
      "with everybody in another tree",
      { ...read, id: "seller.notices.read", scope: "organisation" } as Operation,
      { "seller.notices.read": everybody },
      "everybody may call the public tree",
    ],
    [
      "with the public role in another tree",
      { ...read, id: "seller.notices.read" } as Operation,
      { "seller.notices.read": ["owner"] },
      "the role of the public tree",
    ],
    [
      "with an organisation's role in the public tree",
      { ...read, scope: "organisation" } as Operation,
      { "public.notices.read": everybody },
      "the role of the public tree",
    ],
    [
      "with the operator's role in another tree",
      { ...read, id: "buyer.notices.read", scope: "operator" } as Operation,
      { "buyer.notices.read": ["owner"] },
      "the operator's role",
    ],
    [
      "with a secret for strangers",
      { ...operations[1], reveals: true } as Operation,
      { "public.notices.register": everybody },
      "strangers are shown no secrets",
    ],
  ] as const)("%s", async (_name, changed, rules, sentence) => {
    await expect(starting(changed, rules as Policy)).rejects.toThrow(sentence);
  });
});
