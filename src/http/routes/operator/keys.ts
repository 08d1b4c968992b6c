import { issueKey, listKeys, revokeKey, type Role, roles } from "../../../modules/identity/index.ts";
import { idInPath } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, idOf, oneOf, text } from "../../shapes.ts";
import { apiKey, issuedKey, revokedExample, revokedKey, secretSample, shownIssued, shownKey, shownRevoked } from "../key-shapes.ts";

/** An operation by which the operator gives a seller or a company a key of a role. */
function giving(declared: {
  readonly kind: "seller" | "company";
  readonly noun: "sellers" | "companies";
  readonly summary: string;
  readonly sample: { readonly name: string; readonly role: Role };
}): Operation {
  const { kind, noun, summary, sample } = declared;
  return operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "operator",
    reveals: true,
    id: `operator.${noun}.create-key`,
    path: `/${noun}/{id}/keys`,
    summary,
    params: closed({ id: idOf(kind) }),
    body: closed({ name: text(100), role: oneOf<readonly Role[]>(roles[kind]) }),
    response: issuedKey,
    refusals: ["not-found"],
    example: {
      params: { id: example[kind] },
      body: sample,
      response: { id: example.key, ...sample, member: null, secret: secretSample },
    },
    async work(tx, call) {
      return { body: shownIssued(await issueKey(tx, call, { organisationId: idInPath(kind, call.params.id), kind, ...call.body })) };
    },
  });
}

export const operatorKeyOperations: readonly Operation[] = [
  giving({ kind: "seller", noun: "sellers", summary: "Give a seller an API key", sample: { name: "Warehouse", role: "fulfilment" } }),
  giving({ kind: "company", noun: "companies", summary: "Give a company an API key", sample: { name: "Purchasing", role: "purchaser" } }),
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "operator",
    reveals: true,
    id: "operator.keys.create",
    path: "/keys",
    summary: "Make an API key of the operator",
    body: closed({ name: text(100), role: oneOf(roles.operator) }),
    response: issuedKey,
    refusals: [],
    example: {
      body: { name: "Accounting", role: "finance" },
      response: { id: example.key, name: "Accounting", role: "finance", member: null, secret: secretSample },
    },
    async work(tx, call) {
      const { organisationId } = call.principal;
      return { body: shownIssued(await issueKey(tx, call, { organisationId, kind: "operator", ...call.body })) };
    },
  }),
  operation({
    kind: "write",
    method: "POST",
    status: 200,
    scope: "operator",
    locks: ["member"],
    id: "operator.keys.revoke",
    path: "/keys/{id}/revoke",
    summary: "Revoke an API key",
    params: closed({ id: idOf("apiKey") }),
    body: closed({}),
    response: revokedKey,
    refusals: ["not-found", "last-operator-admin"],
    example: { params: { id: example.key }, body: {}, response: revokedExample(example.key) },
    async work(tx, call) {
      return { body: shownRevoked(await revokeKey(tx, call, idInPath("apiKey", call.params.id))) };
    },
  }),
  list({
    id: "operator.keys.list",
    path: "/keys",
    summary: "List API keys",
    scope: "operator",
    item: apiKey,
    example: {
      item: {
        ...{ id: example.key, organisation: example.seller, name: "Warehouse", role: "fulfilment", member: null },
        ...{ created_at: example.time, revoked_at: null },
      },
    },
    rows: async (reader, _call, window) => (await listKeys(reader, window)).map((found) => ({ at: [found.keyId], item: shownKey(found) })),
  }),
];
