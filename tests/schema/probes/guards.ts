import type { TestDatabase } from "../../support/database.ts";

export type Constraint = {
  readonly name: string;
  readonly table: string;
  /** c CHECK, p PRIMARY KEY, u UNIQUE, f FOREIGN KEY, i unique index without a constraint, t trigger. */
  readonly kind: "c" | "p" | "u" | "f" | "i" | "t";
  /** The columns of a key, with their types; empty for a CHECK or a trigger. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
};

/** Everything in the schema that refuses a row by its name. */
export async function constraintsOf({ owner }: TestDatabase): Promise<readonly Constraint[]> {
  return owner<Constraint>(
    `with named as (
       select conname::text as name, conrelid as relation, contype::text as kind, conkey as keys
       from pg_constraint
       where connamespace = 'public'::regnamespace and contype in ('c', 'p', 'u', 'f', 'x')
       union all
       select indexrelid::regclass::text, indrelid, 'i', indkey::smallint[]
       from pg_index join pg_class on pg_class.oid = indexrelid
       where relnamespace = 'public'::regnamespace and indisunique and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u'))
       union all
       select tgname::text, tgrelid, 't', '{}'
       from pg_trigger
       where not tgisinternal
     )
     select name, relation::regclass::text as table, kind,
       (select coalesce(json_agg(json_build_object('name', attname, 'type', format_type(atttypid, null)) order by place), '[]')
        from unnest(case when kind = 'c' then '{}' else keys end) with ordinality as key (number, place)
          join pg_attribute on attrelid = relation and attnum = number) as columns
     from named
     where relation::regclass::text <> 'stoa_migrations'
     order by relation::regclass::text, name`,
  );
}

export type Policy = {
  readonly name: string;
  readonly table: string;
  readonly role: string;
  readonly command: "ALL" | "SELECT" | "INSERT" | "UPDATE" | "DELETE";
  /** Its conditions; null where it has none. */
  readonly using: string | null;
  readonly check: string | null;
};

/** Every policy of row-level security, once for each of its roles. */
export async function policiesOf({ owner }: TestDatabase): Promise<readonly Policy[]> {
  return owner<Policy>(
    `select policyname::text as name, tablename::text as table, role::text, cmd as command, qual as using, with_check as check
     from pg_policies, unnest(roles) as role
     where schemaname = 'public'
     order by 2, 1`,
  );
}

/** Whether it is about the organisation that a stranger makes in the same transaction. */
export function isOfNewborn({ role, using, check }: Policy): boolean {
  return role === "stoa_public" && /organisations o\b|\bxmin\b/.test(`${using ?? ""}${check ?? ""}`);
}

/** The tables under row-level security. */
export async function guardedTables({ owner }: TestDatabase): Promise<readonly string[]> {
  const rows = await owner<{ name: string }>(
    `select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relrowsecurity order by 1`,
  );
  return rows.map(({ name }) => name);
}

export type Column = { readonly table: string; readonly name: string };

/** All columns of all tables but the bookkeeping of the migrations. */
export async function columnsOf({ owner }: TestDatabase): Promise<readonly Column[]> {
  return owner<Column>(
    `select relname::text as table, attname::text as name
     from pg_class join pg_attribute on attrelid = pg_class.oid
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and attnum > 0 and not attisdropped
     order by relname, attnum`,
  );
}

/** `select stoa_read orders` for a table, `update stoa_flow orders.state` for a column: what the roles are granted. */
export async function grantsOf({ owner }: TestDatabase, roles: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await owner<{ granted: string }>(
    `select lower(privilege_type) || ' ' || grantee::regrole || ' ' || what as granted
     from (
       select relname::text as what, relacl as acl from pg_class where relnamespace = 'public'::regnamespace
       union all
       select relname || '.' || attname, attacl from pg_class join pg_attribute on attrelid = pg_class.oid where relnamespace = 'public'::regnamespace
     ) as objects, aclexplode(acl)
     where (grantee = 0 or grantee::regrole::text = any ($1))`,
    [roles],
  );
  return new Set(rows.map(({ granted }) => granted));
}
