import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { currency, money } from "../../src/kernel/money.ts";
import { createProduct } from "../../src/modules/catalog/index.ts";
import { changeCredit, changeCreditLimit, openCreditAccount } from "../../src/modules/companies/index.ts";
import { initialiseOperator, issueKey, revokeKey } from "../../src/modules/identity/index.ts";
import { addTaxRate } from "../../src/modules/pricing/index.ts";
import { now, sql, withFlowTransaction, withTransaction } from "../../src/platform/db/index.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { type Acting, look, newId, openCompany, openOperator, openSeller, sorted } from "./acting.ts";

let test: TestDatabase;
let operator: Awaited<ReturnType<typeof openOperator>>;

beforeAll(async () => {
  test = await openTestDatabase();
  operator = await openOperator(test);
});
afterAll(() => test.close());

const atOnce = async <T>(count: number, work: (index: number) => Promise<T>) =>
  sorted(await Promise.allSettled(Array.from({ length: count }, (_, index) => work(index))));

async function traces(type: string) {
  const [counted] = await look(
    test,
    sql<{ events: number; entries: number }>`
      select (select count(*)::integer from events where type = ${type}) as events,
        (select count(*)::integer from audit_entries where action = ${type}) as entries`,
  );
  return counted;
}

describe("The operator", () => {
  it("is one: of eight initialisations at once and one before, none makes a second", async () => {
    const { done } = await atOnce(8, () =>
      withTransaction(test.database, { role: "stoa_operator" }, async (tx) =>
        initialiseOperator(tx, { requestId: "req_again", now: await now(tx), newId, keyName: "again" }),
      ),
    );

    expect(done).toEqual(Array.from({ length: 8 }, () => undefined));
    expect(await look(test, sql<{ count: number }>`select count(*)::integer as count from organisations where kind = 'operator'`)).toEqual([
      { count: 1 },
    ]);
  });

  it("keeps an admin when two admins revoke each other's key at once", async () => {
    const second = await operator.act((tx, actor) => issueKey(tx, actor, admin(operator, "second")));
    const keys = [operator.key.keyId, second.keyId];

    const { done, refused } = await atOnce(2, (index) => operator.act((tx, actor) => revokeKey(tx, actor, keys[index] ?? second.keyId)));

    expect(done).toHaveLength(1);
    expect(refused.map(({ code }) => code)).toEqual(["last-operator-admin"]);
    const live = sql<{ count: number }>`select count(*)::integer as count from api_keys where kind = 'operator' and revoked_at is null`;
    expect(await look(test, live)).toEqual([{ count: 1 }]);
  });

  it("revokes a key once, whoever asks again, and each asking is audited", async () => {
    const seller = await openSeller(test, operator);
    const { keyId } = await operator.act((tx, actor) =>
      issueKey(tx, actor, { organisationId: seller.organisationId, kind: "seller", name: "desk", role: "owner" }),
    );
    const before = await traces("api_key.revoked");

    const { done } = await atOnce(4, () => operator.act((tx, actor) => revokeKey(tx, actor, keyId)));

    expect(new Set(done.map(({ revokedAt }) => revokedAt)).size).toBe(1);
    expect(await traces("api_key.revoked")).toEqual({ events: (before?.events ?? 0) + 1, entries: (before?.entries ?? 0) + 4 });
  });

  it("gives no key to an organisation of another kind, nor to one that is not there", async () => {
    const seller = await openSeller(test, operator);
    const asked = { name: "desk", role: "viewer" as const };

    const { refused } = await atOnce(2, (index) =>
      operator.act((tx, actor) =>
        issueKey(tx, actor, { ...asked, kind: "company", organisationId: index === 0 ? seller.organisationId : newId(1) }),
      ),
    );

    expect(refused.map(({ code }) => code)).toEqual(["not-found", "not-found"]);
  });
});

describe("A SKU", () => {
  const variants = (...skus: string[]) => skus.map((sku) => ({ sku, title: sku, unit: "C62", attributes: {} }));

  it("names one variant when eight products want it at once, in whatever order they name it", async () => {
    const before = await traces("product.created");
    const skus = Array.from({ length: 300 }, (_, index) => `SKU-${index}`);

    const { done, refused } = await atOnce(8, (index) =>
      operator.act((tx, actor) =>
        createProduct(tx, actor, { title: `Bolt ${index}`, variants: variants(...(index % 2 === 0 ? skus : skus.toReversed())) }),
      ),
    );

    expect(done).toHaveLength(1);
    expect(refused.map(({ code }) => code)).toEqual(Array.from({ length: 7 }, () => "sku-taken"));
    expect(refused[0]).toMatchObject({ errors: skus.map((_, index) => ({ pointer: `/variants/${index}/sku` })) });
    expect(await traces("product.created")).toEqual({ events: (before?.events ?? 0) + 1, entries: (before?.entries ?? 0) + 1 });
    expect(await look(test, sql<{ title: string }>`select title from products where title like 'Bolt %'`)).toHaveLength(1);
  });

  it("is told where it stands when a request gives it twice, and nothing of the product is made", async () => {
    const { refused } = await atOnce(1, () =>
      operator.act((tx, actor) => createProduct(tx, actor, { title: "Twice", variants: variants("SKU-C", "SKU-D", "SKU-C") })),
    );

    expect(refused).toMatchObject([{ code: "sku-taken", skus: ["SKU-C"], errors: [{ pointer: "/variants/2/sku" }] }]);
    expect(await look(test, sql<{ sku: string }>`select sku from variants where sku in ('SKU-C', 'SKU-D')`)).toEqual([]);
  });
});

describe("A tax rate", () => {
  it("never meets another one when eight overlapping periods are entered at once", async () => {
    const { done, refused } = await atOnce(8, (index) =>
      operator.act((tx, actor) =>
        addTaxRate(tx, actor, {
          ...{ country: "FR", category: "standard", code: "S", ratePpm: 200_000, exemptionCode: null, exemptionText: null },
          ...{ validFrom: `2026-01-0${index + 1}`, validUntil: `2026-02-0${index + 1}` },
        }),
      ),
    );

    expect(done).toHaveLength(1);
    expect(refused.map(({ code }) => code)).toEqual(Array.from({ length: 7 }, () => "tax-rate-exists"));
    expect(await traces("tax_rate.created")).toEqual({ events: 1, entries: 1 });
  });
});

describe("A credit account", () => {
  const eur = currency("EUR");

  it("is opened once when eight ask at once", async () => {
    const { companyId } = await openCompany(operator);

    const { done, refused } = await atOnce(8, () =>
      operator.act((tx, actor) => openCreditAccount(tx, actor, { companyId, currency: eur, limit: money(500n, eur) })),
    );

    expect(done).toHaveLength(1);
    expect(refused.map(({ code }) => code)).toEqual(Array.from({ length: 7 }, () => "credit-account-exists"));
  });

  it("has one event for each change of its limit, versions without a gap, and none for what changes nothing", async () => {
    const { companyId } = await openCompany(operator);
    await operator.act((tx, actor) => openCreditAccount(tx, actor, { companyId, currency: eur, limit: money(500n, eur) }));
    const change = (limit: bigint) =>
      operator.act((tx, actor) =>
        changeCreditLimit(tx, actor, { companyId, currency: eur, limit: money(limit, eur), judge: () => undefined }),
      );

    const { done } = await atOnce(8, (index) => change(BigInt(1000 + index)));
    const same = await change(done.toSorted((a, b) => b.version - a.version)[0]?.limit ?? 0n);

    expect(done.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(same.version).toBe(9);
    const versions = sql<{ subject_version: number }>`
      select subject_version from events where organisation_id = ${companyId} and subject_type = 'creditAccount' order by subject_version`;
    expect((await look(test, versions)).map(({ subject_version }) => subject_version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("is lowered below what is used, and what is used stays", async () => {
    const { companyId } = await openCompany(operator);
    await operator.act((tx, actor) => openCreditAccount(tx, actor, { companyId, currency: eur, limit: money(500n, eur) }));
    await withFlowTransaction(test.database, { role: "stoa_flow", locks: [] }, (tx) =>
      tx.execute(changeCredit([{ companyId, currency: eur, amount: 400n }])),
    );

    const lowered = await operator.act((tx, actor) =>
      changeCreditLimit(tx, actor, { companyId, currency: eur, limit: money(100n, eur), judge: () => undefined }),
    );

    expect(lowered).toMatchObject({ limit: 100n, used: 400n, version: 2 });
  });

  it("keeps its limit when the version that was expected is stale", async () => {
    const { companyId } = await openCompany(operator);
    await operator.act((tx, actor) => openCreditAccount(tx, actor, { companyId, currency: eur, limit: money(500n, eur) }));
    const expecting = (version: number) => (locked: number) => {
      if (locked !== version) throw new Error(`stale: ${locked}`);
    };

    const change = operator.act((tx, actor) =>
      changeCreditLimit(tx, actor, { companyId, currency: eur, limit: money(1n, eur), judge: expecting(2) }),
    );

    await expect(change).rejects.toThrow("stale: 1");
    expect(
      await look(test, sql<{ credit_limit: bigint }>`select credit_limit from credit_accounts where company_id = ${companyId}`),
    ).toEqual([{ credit_limit: 500n }]);
  });
});

describe("A person's data", () => {
  it("stands in the person's row and sealed in the audit entry, and nowhere in the events", async () => {
    const seller = await openSeller(test, operator, "Sealed");

    const entries = sql<{ after: string }>`select after from audit_entries where subject_id = ${seller.organisationId}`;
    const told = sql<{ data: string; envelope: string }>`
      select e.data, a.envelope from events e join event_audiences a using (event_id) where e.subject_id = ${seller.organisationId}`;
    const [entry] = await look(test, entries);
    const [event] = await look(test, told);

    expect(await look(test, sql<{ email: string }>`select email from persons where organisation_id = ${seller.organisationId}`)).toEqual([
      { email: "kim@example.com" },
    ]);
    expect(JSON.parse(entry?.after ?? "{}")).toMatchObject({
      name: "Sealed",
      contact: { sealed: expect.any(String), person: expect.any(String) },
    });
    for (const text of [entry?.after, event?.data, event?.envelope]) expect(text).not.toMatch(/kim|Kim|Meyer/);
  });
});

function admin(acting: Acting, name: string) {
  return { organisationId: acting.organisationId, kind: "operator", name, role: "admin" } as const;
}
