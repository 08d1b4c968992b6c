import Type from "typebox";
import { toRfc3339 } from "../../../kernel/clock.ts";
import { type Id, type Kind, type Prefix, prefixes, toWireId, type Uuid } from "../../../kernel/ids.ts";
import { type AuditRow, readAudit } from "../../../platform/audit/index.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import type { Operation } from "../../operation.ts";
import { closed, idOf, instant, text } from "../../shapes.ts";

const facts = Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()], {
  description: "What was so; personal data in it stays sealed",
});

const entry = closed({
  id: idOf("audit"),
  at: instant,
  key: idOf("apiKey"),
  action: text(100, "What was done"),
  subject: text(40),
  before: facts,
  after: facts,
  reason: Type.Union([Type.String(), Type.Null()]),
  request_id: text(100),
});

function shown(row: AuditRow) {
  const wire = (kind: Kind, id: Uuid): string => toWireId<Prefix>(prefixes[kind], id as Id<Prefix>);
  return {
    id: wire("audit", row.auditId),
    at: toRfc3339(row.at),
    key: wire("apiKey", row.principalId),
    action: row.action,
    subject: wire(row.subjectType, row.subjectId),
    before: read(row.before),
    after: read(row.after),
    reason: row.reason ?? null,
    request_id: row.requestId,
  };
}

function read(stored: string | undefined): Record<string, unknown> | null {
  return stored === undefined ? null : (JSON.parse(stored) as Record<string, unknown>);
}

const sample = {
  id: example.audit,
  at: example.time,
  key: example.key,
  action: "seller.applied",
  subject: example.seller,
  before: null,
  after: { name: "Nordlicht Schrauben GmbH" },
  reason: null,
  request_id: "req_01k9zv3n7gfx1t0c5r2m8q4a7z",
};

/** Who changed what in the operator's name. */
export const operatorAuditOperations: readonly Operation[] = [
  list({
    id: "operator.audit.list",
    path: "/audit",
    summary: "List audit entries",
    scope: "operator",
    item: entry,
    example: { item: sample },
    rows: async (reader, _call, window) =>
      (await readAudit(reader, { before: window.before as AuditRow["auditId"], limit: window.count })).map((row) => ({
        at: [row.auditId],
        item: shown(row),
      })),
  }),
];
