import Type from "typebox";
import { toRfc3339 } from "../../../kernel/clock.ts";
import { toWireId } from "../../../kernel/ids.ts";
import {
  type ApiKey,
  effectiveBy,
  type IssuedKey,
  issueKey,
  listKeys,
  organisationWireId,
  revokeKey,
  roles,
} from "../../../modules/identity/index.ts";
import { idInPath } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, idOf, instant, oneOf, text } from "../../shapes.ts";

const everyRole = [...new Set([...roles.operator, ...roles.seller, ...roles.company])];
const issued = closed({
  id: idOf("apiKey"),
  name: text(100),
  role: oneOf(everyRole),
  secret: Type.String({ maxLength: 64, description: "The whole key, for `Authorization: Bearer`. It is shown this once." }),
});
const key = closed({
  id: idOf("apiKey"),
  organisation: Type.Union([idOf("operator"), idOf("seller"), idOf("company")]),
  name: text(100),
  role: oneOf(everyRole),
  created_at: instant,
  revoked_at: Type.Union([instant, Type.Null()]),
});
const secretSample = "stoa_01k9zv3n7gfx1t0c5r2m8q4a6e_AbCdEfGhIjKlMnOpQrStUvWxYz012345";

function shownIssued({ keyId, name, role, secret }: IssuedKey) {
  return { id: toWireId("key", keyId), name, role, secret };
}

function shown({ keyId, name, role, createdAt, revokedAt, ...organisation }: ApiKey) {
  return {
    id: toWireId("key", keyId),
    organisation: organisationWireId(organisation),
    ...{ name, role },
    created_at: toRfc3339(createdAt),
    revoked_at: revokedAt === null ? null : toRfc3339(revokedAt),
  };
}

export const operatorKeyOperations: readonly Operation[] = [
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "operator",
    reveals: true,
    id: "operator.sellers.create-key",
    path: "/sellers/{id}/keys",
    summary: "Give a seller an API key",
    params: closed({ id: idOf("seller") }),
    body: closed({ name: text(100), role: oneOf(roles.seller) }),
    response: issued,
    refusals: ["not-found"],
    example: {
      params: { id: example.seller },
      body: { name: "Warehouse", role: "fulfilment" },
      response: { id: example.key, name: "Warehouse", role: "fulfilment", secret: secretSample },
    },
    async work(tx, call) {
      return {
        body: shownIssued(await issueKey(tx, call, { organisationId: idInPath("seller", call.params.id), kind: "seller", ...call.body })),
      };
    },
  }),
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "operator",
    reveals: true,
    id: "operator.companies.create-key",
    path: "/companies/{id}/keys",
    summary: "Give a company an API key",
    params: closed({ id: idOf("company") }),
    body: closed({ name: text(100), role: oneOf(roles.company) }),
    response: issued,
    refusals: ["not-found"],
    example: {
      params: { id: example.company },
      body: { name: "Purchasing", role: "purchaser" },
      response: { id: example.key, name: "Purchasing", role: "purchaser", secret: secretSample },
    },
    async work(tx, call) {
      return {
        body: shownIssued(await issueKey(tx, call, { organisationId: idInPath("company", call.params.id), kind: "company", ...call.body })),
      };
    },
  }),
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
    response: issued,
    refusals: [],
    example: {
      body: { name: "Accounting", role: "finance" },
      response: { id: example.key, name: "Accounting", role: "finance", secret: secretSample },
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
    response: closed({ id: idOf("apiKey"), revoked_at: instant, effective_by: instant }),
    refusals: ["not-found", "last-operator-admin"],
    example: {
      params: { id: example.key },
      body: {},
      response: { id: example.key, revoked_at: example.time, effective_by: "2026-11-22T12:00:01.000Z" },
    },
    async work(tx, call) {
      const { keyId, revokedAt } = await revokeKey(tx, call, idInPath("apiKey", call.params.id));
      return {
        body: { id: toWireId("key", keyId), revoked_at: toRfc3339(revokedAt), effective_by: toRfc3339(effectiveBy(revokedAt)) },
      };
    },
  }),
  list({
    id: "operator.keys.list",
    path: "/keys",
    summary: "List API keys",
    scope: "operator",
    item: key,
    example: {
      item: {
        ...{ id: example.key, organisation: example.seller, name: "Warehouse", role: "fulfilment" },
        ...{ created_at: example.time, revoked_at: null },
      },
    },
    rows: async (reader, _call, window) => (await listKeys(reader, window)).map((found) => ({ at: [found.keyId], item: shown(found) })),
  }),
];
