import Type, { type TObject } from "typebox";
import { toRfc3339 } from "../../kernel/clock.ts";
import { type PersonId, toWireId, type Uuid } from "../../kernel/ids.ts";
import {
  addMember,
  changeMemberRole,
  effectiveBy,
  findMember,
  issueMemberKey,
  listKeys,
  listMembers,
  type Member,
  type MemberShown,
  type OrganisationKind,
  organisationExists,
  removeMember,
  revokeKey,
  type Role,
  roles,
} from "../../modules/identity/index.ts";
import { type Call, checkVersion, idInPath, refuseNotFound, type WriteCall } from "../call.ts";
import { example } from "../examples.ts";
import { list } from "../list.ts";
import { type Operation, operation, type Scope } from "../operation.ts";
import { closed, idOf, instant, oneOf, text, version } from "../shapes.ts";
import { apiKey, issuedKey, revokedExample, revokedKey, secretSample, shownIssued, shownKey, shownRevoked } from "./key-shapes.ts";
import { contact } from "./organisation-shapes.ts";

/** Whose members a tree of operations is about. */
export type MembersOf = {
  /** `seller.members`: what the ids of its operations begin with. */
  readonly id: string;
  readonly kind: OrganisationKind;
  readonly scope: Scope;
  /** What stands before `/members` in the paths, and its parameters: nothing when it is about the caller's own organisation. */
  readonly path: string;
  readonly params?: TObject;
  /** What its sentences call the organisation: "of the company". */
  readonly whose: string;
  organisationOf(call: Pick<Call, "principal" | "params">): Uuid;
  readonly exampleParams?: Readonly<Record<string, string>>;
  readonly exampleMember: string;
};

type PathParams = Readonly<Record<string, string>>;
type MemberCall = Call<PathParams>;

const contactExample = { name: "Robin Voss", email: "robin.voss@example.com" };

/**
 * The operations on members of an organisation: those who own it say who acts for it, and in which role. What a write answers carries
 * persons by their ids alone, because answers are kept; names and mails are read.
 */
export function memberOperations(of: MembersOf): readonly Operation[] {
  const { id, kind, scope, whose, exampleMember } = of;
  const role = oneOf<readonly Role[]>(roles[kind]);
  const collection = `${of.path}/members`;
  const one = `${collection}/{member}`;
  const ofAll = of.params === undefined ? {} : { params: Type.Unsafe<PathParams>(of.params) };
  const exampleOfAll = of.exampleParams === undefined ? {} : { params: of.exampleParams };
  const ofOne = Type.Unsafe<PathParams>(closed({ ...(of.params?.properties ?? {}), member: idOf("person") }));
  const exampleOfOne = { ...of.exampleParams, member: exampleMember };
  const lowest = roles[kind][1];

  const member = closed({
    id: idOf("person"),
    role,
    ...{ name: text(200), email: text(254), phone: Type.Union([text(40), Type.Null()]) },
    created_at: instant,
    removed_at: Type.Union([instant, Type.Null()]),
    version,
  });
  const changed = closed({ id: idOf("person"), role, version, effective_by: instant });
  const removed = closed({ id: idOf("person"), removed_at: instant, version, effective_by: instant });
  const memberExample = { id: exampleMember, role: "viewer" as const, ...contactExample, phone: null };
  const effective = { version: 2, effective_by: "2026-11-22T12:00:06.000Z" };
  const asked = (call: WriteCall<PathParams>) => ({
    ...{ organisationId: of.organisationOf(call), kind, personId: personIn(call) },
    judge: (current: number) => checkVersion(call, current),
  });

  return [
    operation({
      kind: "write",
      method: "POST",
      status: 201,
      scope,
      id: `${id}.create`,
      path: collection,
      summary: `Add a member ${whose}`,
      ...ofAll,
      body: closed({ ...contact.properties, role }),
      response: closed({ id: idOf("person"), role, created_at: instant, version }),
      refusals: ["not-found"],
      example: {
        ...exampleOfAll,
        body: { ...contactExample, role: lowest },
        response: { id: exampleMember, role: lowest, created_at: example.time, version: 1 },
      },
      async work(tx, call) {
        const { role: given, ...person } = call.body;
        const made = await addMember(tx, call, { organisationId: of.organisationOf(call), kind, role: given, contact: person });
        return { body: { ...shownRole(made), created_at: toRfc3339(made.createdAt) }, version: made.version };
      },
    }),
    operation({
      kind: "write",
      method: "PUT",
      status: 200,
      scope,
      locks: ["member"],
      id: `${id}.change-role`,
      path: `${one}/role`,
      summary: `Give a member ${whose} another role`,
      params: ofOne,
      body: closed({ role }),
      response: changed,
      refusals: [
        ...(["not-found", "version-stale", "member-removed"] as const),
        kind === "operator" ? ("last-operator-admin" as const) : ("last-owner" as const),
      ],
      example: { params: exampleOfOne, body: { role: lowest }, response: { id: exampleMember, role: lowest, ...effective } },
      async work(tx, call) {
        const after = await changeMemberRole(tx, call, { ...asked(call), role: call.body.role });
        return { body: { ...shownRole(after), effective_by: toRfc3339(effectiveBy(call.now)) }, version: after.version };
      },
    }),
    operation({
      kind: "write",
      method: "POST",
      status: 200,
      scope,
      locks: ["member"],
      id: `${id}.remove`,
      path: `${one}/remove`,
      summary: `Remove a member ${whose}`,
      params: ofOne,
      body: closed({}),
      response: removed,
      refusals: [
        ...(["not-found", "version-stale"] as const),
        kind === "operator" ? ("last-operator-admin" as const) : ("last-owner" as const),
      ],
      example: { params: exampleOfOne, body: {}, response: { id: exampleMember, removed_at: example.time, ...effective } },
      async work(tx, call) {
        const { personId, removedAt, version: after } = await removeMember(tx, call, asked(call));
        const effectiveAt = toRfc3339(effectiveBy(removedAt));
        return {
          body: { id: toWireId("per", personId), removed_at: toRfc3339(removedAt), version: after, effective_by: effectiveAt },
          version: after,
        };
      },
    }),
    operation({
      kind: "write",
      method: "POST",
      status: 201,
      scope,
      reveals: true,
      id: `${id}.create-key`,
      path: `${one}/keys`,
      summary: `Give a member ${whose} an API key`,
      params: ofOne,
      body: closed({ name: text(100) }),
      response: issuedKey,
      refusals: ["not-found", "member-removed"],
      example: {
        params: exampleOfOne,
        body: { name: "Laptop" },
        response: { id: example.key, name: "Laptop", role: "viewer", member: exampleMember, secret: secretSample },
      },
      async work(tx, call) {
        const facts = { organisationId: of.organisationOf(call), kind, personId: personIn(call), name: call.body.name };
        return { body: shownIssued(await issueMemberKey(tx, call, facts)) };
      },
    }),
    operation({
      kind: "read",
      scope,
      id: `${id}.read`,
      path: one,
      summary: `Read a member ${whose}`,
      params: ofOne,
      response: member,
      refusals: [],
      example: { params: exampleOfOne, response: { ...memberExample, created_at: example.time, removed_at: null, version: 1 } },
      async read(reader, call) {
        const found = (await findMember(reader, of.organisationOf(call), personIn(call))) ?? refuseNotFound();
        return { body: shownMember(found), version: found.version };
      },
    }),
    list({
      id: `${id}.list`,
      path: collection,
      summary: `List the members ${whose}`,
      scope,
      ...ofAll,
      item: member,
      example: {
        ...exampleOfAll,
        item: { ...memberExample, created_at: example.time, removed_at: null, version: 1 },
      },
      rows: async (reader, call, window) => {
        const organisationId = of.organisationOf(call);
        if (!(await organisationExists(reader, organisationId, kind))) refuseNotFound();
        return (await listMembers(reader, organisationId, window)).map((found) => ({ at: [found.personId], item: shownMember(found) }));
      },
    }),
  ];
}

/** The operations on the keys of the caller's own organisation: a seller's or a company's. The key of the example is one that may be revoked. */
export function ownKeyOperations(id: string, exampleOrganisation: string, exampleKey: string): readonly Operation[] {
  return [
    operation({
      kind: "write",
      method: "POST",
      status: 200,
      scope: "organisation",
      locks: ["member"],
      id: `${id}.revoke`,
      path: "/keys/{id}/revoke",
      summary: "Revoke an API key",
      params: closed({ id: idOf("apiKey") }),
      body: closed({}),
      response: revokedKey,
      refusals: ["not-found"],
      example: { params: { id: exampleKey }, body: {}, response: revokedExample(exampleKey) },
      async work(tx, call) {
        return { body: shownRevoked(await revokeKey(tx, call, idInPath("apiKey", call.params.id))) };
      },
    }),
    list({
      id: `${id}.list`,
      path: "/keys",
      summary: "List API keys",
      scope: "organisation",
      item: apiKey,
      example: {
        item: {
          ...{ id: exampleKey, organisation: exampleOrganisation, name: "Warehouse", role: "viewer", member: null },
          ...{ created_at: example.time, revoked_at: null },
        },
      },
      rows: async (reader, _call, window) =>
        (await listKeys(reader, window)).map((found) => ({ at: [found.keyId], item: shownKey(found) })),
    }),
  ];
}

function personIn({ params }: Pick<MemberCall, "params">): PersonId {
  return idInPath("person", params["member"] ?? "");
}

function shownRole({ personId, role, version: current }: Member) {
  return { id: toWireId("per", personId), role, version: current };
}

function shownMember({ name, email, phone, removedAt, ...member }: MemberShown) {
  return {
    ...shownRole(member as Member),
    ...{ name, email, phone },
    created_at: toRfc3339(member.createdAt),
    removed_at: removedAt === null ? null : toRfc3339(removedAt),
  };
}
