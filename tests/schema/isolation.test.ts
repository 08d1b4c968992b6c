import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase, sql, violatedConstraint, withReader, withTransaction } from "../../src/platform/db/index.ts";
import { withOwnerConnection } from "../../src/platform/db/owner-connection.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";

const anna = "01936f6e-7c00-7000-8000-00000000000a";
const berta = "01936f6e-7c00-7000-8000-00000000000b";

let clone: TestDatabase;
beforeAll(async () => {
  clone = await openTestDatabase();
  await plantSellers(clone);
});
afterAll(() => clone.close());

/** Two sellers, each with a location; the owner writes as the roles that it is a member of. */
async function plantSellers({ owner, ownerUrl }: TestDatabase): Promise<void> {
  const rows = `(values ('${anna}'::uuid), ('${berta}'::uuid)) as s (id)`;
  await owner(`
    insert into organisations (organisation_id, kind, created_at) select id, 'seller', '2026-01-01' from ${rows};
    insert into persons (organisation_id, person_id, name, email) select id, id, 'Somebody', 'somebody@example.com' from ${rows};
    insert into sellers (seller_id, state, name, street, city, postal_code, country, contact_person_id, version, created_at)
      select id, 'applied', 'Seller', 'Street 1', 'Berlin', '10115', 'DE', id, 1, '2026-01-01' from ${rows}`);
  for (const seller of [anna, berta]) {
    await withOwnerConnection(ownerUrl, async (connection) => {
      await connection.query(sql`select set_config('app.organisation', ${seller}, false)`);
      await connection.query(sql`
        insert into locations (seller_id, location_id, name, country, version, created_at)
        values (${seller}::uuid, ${seller}::uuid, 'Main', 'DE', 1, '2026-01-01')`);
    });
  }
}

const own = (organisation: string) => ({ role: "stoa_application", organisation }) as const;

const insertLocation = (seller: string, name: string) => sql`
  insert into locations (seller_id, location_id, name, country, version, created_at)
  values (${seller}::uuid, gen_random_uuid(), ${name}, 'DE', 1, '2026-01-01')`;

describe("an organisation", () => {
  test.each([
    ["sellers", sql<{ id: string }>`select seller_id as id from sellers`],
    ["persons", sql<{ id: string }>`select organisation_id as id from persons`],
    ["locations", sql<{ id: string }>`select seller_id as id from locations`],
  ])("sees its own rows of %s only, also when it asks for all", async (_, readAll) => {
    expect(await withReader(clone.database, own(anna), (reader) => reader.query(readAll))).toEqual([{ id: anna }]);
    expect(await withReader(clone.database, own(berta), (reader) => reader.query(readAll))).toEqual([{ id: berta }]);
  });

  test("would see the other's rows without the policy", async () => {
    const open = await openTestDatabase();
    await plantSellers(open);
    await open.owner("alter policy locations_own on locations using (true)");
    const rows = await withReader(open.database, own(anna), (reader) =>
      reader.query(sql<{ seller_id: string }>`select seller_id from locations order by seller_id`),
    );
    expect(rows).toEqual([{ seller_id: anna }, { seller_id: berta }]);
    await open.close();
  });

  test("cannot write a row that is another's", async () => {
    await withTransaction(clone.database, own(anna), (tx) => tx.query(insertLocation(anna, "Second")));
    const foreign = withTransaction(clone.database, own(anna), (tx) => tx.query(insertLocation(berta, "Planted")));
    await expect(foreign).rejects.toMatchObject({ code: "42501", message: expect.stringContaining('"locations"') });
    expect(await clone.owner("select from locations where name = 'Planted'")).toEqual([]);
  });

  test("cannot take what its role may not do, its own rows or not", async () => {
    const change = withTransaction(clone.database, own(anna), (tx) => tx.query(sql`update sellers set state = 'active'`));
    await expect(change).rejects.toMatchObject({ code: "42501" });
  });

  test("cannot be left out: nothing is an error, never all rows", async () => {
    const readAll = sql<{ id: string }>`select seller_id as id from locations`;
    await expect(withReader(clone.database, own(""), (reader) => reader.query(readAll))).rejects.toMatchObject({ code: "22P02" });
    const bare = withOwnerConnection(clone.url, async (connection) => {
      await connection.command("set role stoa_application");
      return connection.query(readAll);
    });
    await expect(bare).rejects.toMatchObject({ code: "42704" });
  });

  test("does not stay on the connection for the next transaction", async () => {
    const database = openDatabase({ url: clone.url, poolSize: 1 });
    await withReader(database, own(anna), (reader) => reader.query(sql<{ id: string }>`select seller_id as id from sellers`));
    const connection = await database.connections.lease();
    await expect(connection.client.query("begin; set local role stoa_application; select from locations; commit")).rejects.toMatchObject({
      code: "22P02",
    });
    await connection.client.query("rollback");
    database.connections.giveBack(connection);
    await database.close();
  });

  test("does not learn from a unique name what another has", async () => {
    await withTransaction(clone.database, own(berta), (tx) => tx.query(insertLocation(berta, "Shared name")));
    await withTransaction(clone.database, own(anna), (tx) => tx.query(insertLocation(anna, "Shared name")));
    const again = withTransaction(clone.database, own(anna), (tx) => tx.query(insertLocation(anna, "Shared name")));
    expect(violatedConstraint(await again.catch((error: unknown) => error))).toBe("locations_name_key");
  });
});
