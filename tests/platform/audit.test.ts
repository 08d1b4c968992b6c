import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { instant } from "../../src/kernel/clock.ts";
import { createIdSource } from "../../src/kernel/ids.ts";
import type { AuditId, PersonId } from "../../src/kernel/ids.ts";
import { appendAudit, readAudit } from "../../src/platform/audit/index.ts";
import type { AuditEntry } from "../../src/platform/audit/index.ts";
import { sql, withReader, withTransaction } from "../../src/platform/db/index.ts";
import { newPersonKey, openForPerson, sealForPerson } from "../../src/platform/sealing/index.ts";
import { openTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";

const newId = createIdSource((bytes) => crypto.getRandomValues(bytes));
const at = instant(1_700_000_000_000);
let kit: TestDatabase;

beforeAll(async () => {
  kit = await openTestDatabase();
});
afterAll(() => kit.close());

function entry(change: Partial<AuditEntry> = {}): AuditEntry {
  return {
    auditId: newId<AuditId>(at),
    at,
    organisationId: newId(at),
    principalId: newId(at),
    action: "operator.sellers.create",
    subjectType: "seller",
    subjectId: newId(at),
    requestId: "req_1",
    ...change,
  };
}

const operator = { role: "stoa_operator" } as const;

describe("the audit trail", () => {
  test("keeps who did what to what, from what to what, and why, from new to old in pages", async () => {
    const person = newId<PersonId>(at);
    const key = newPersonKey();
    const contact = sealForPerson(person, key, { email: "ada@example.org" });
    const entries = [
      entry({ after: { name: "Nord", contact } }),
      entry({ before: { limit: 1 }, after: { limit: 2 }, reason: "asked for it", idempotencyId: newId(at) }),
      entry(),
    ];
    await withTransaction(kit.database, operator, (tx) => appendAudit(tx, entries));
    const first = await withReader(kit.database, operator, (reader) => readAudit(reader, { limit: 2 }));
    const rest = await withReader(kit.database, operator, (reader) => readAudit(reader, { before: first.at(-1)?.auditId, limit: 2 }));
    const rows = [...first, ...rest];
    expect(rows.map(({ auditId }) => auditId)).toEqual(entries.map(({ auditId }) => auditId).reverse());
    expect(rows[1]).toMatchObject({ before: '{"limit":1}', after: '{"limit":2}', reason: "asked for it", at, requestId: "req_1" });
    expect(rows[0]).toMatchObject({ before: undefined, after: undefined, reason: undefined });
    expect(rows[2]?.after).not.toContain("ada");
    const shown = JSON.parse(rows[2]?.after ?? "{}") as { contact: typeof contact };
    expect(openForPerson(key, shown.contact)).toEqual({ email: "ada@example.org" });
  });

  test("is taken back with the change it is about", async () => {
    const one = entry();
    const failing = withTransaction(kit.database, operator, async (tx) => {
      await appendAudit(tx, [one]);
      throw new Error("taken back");
    });
    await expect(failing).rejects.toThrow("taken back");
    const rows = await withReader(kit.database, operator, (reader) => readAudit(reader, { limit: 100 }));
    expect(rows.map(({ auditId }) => auditId)).not.toContain(one.auditId);
  });

  test("is never changed or cut by the roles that write it", async () => {
    await withTransaction(kit.database, operator, (tx) => appendAudit(tx, [entry()]));
    const change = withTransaction(kit.database, operator, (tx) => tx.execute(sql`update audit_entries set reason = 'other'`));
    await expect(change).rejects.toThrow("permission denied for table audit_entries");
    const cut = withTransaction(kit.database, operator, (tx) => tx.execute(sql`delete from audit_entries`));
    await expect(cut).rejects.toThrow("permission denied for table audit_entries");
  });
});
