import { assert } from "../../kernel/assert.ts";
import { type OwnerConnection, quoteName, quoteText, withOwnerConnection } from "./owner-connection.ts";
import { sql } from "./sql.ts";

const heading = `-- The whole schema as the migrations leave it, read back from PostgreSQL 18 by \`npm run generate\`. To be read, not edited.
set check_function_bodies = off;
`;

/**
 * The schema as one text, the same for the same schema: extensions, functions, tables, foreign keys, indexes, triggers, policies, grants and
 * comments of everything in `public` that the migrations made. Loaded into an empty database it makes that schema again.
 * @throws AssertionFailed for a kind of object that it does not know, so that nothing is left out unseen
 */
export async function dumpSchema(url: string): Promise<string> {
  return withOwnerConnection(url, async (owner) => {
    await owner.command("set search_path = public");
    await refuseUnknownKinds(owner);
    const functions = await dumpFunctions(owner);
    const tables = await owner.query(sql<{ name: string }>`
      select relname::text as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'stoa_migrations' order by relname collate "C"`);
    const rooms: string[] = [];
    for (const { name } of tables) rooms.push(await dumpTable(owner, name));
    const parts = [
      heading,
      await dumpExtensions(owner),
      ...functions,
      ...rooms,
      await dumpForeignKeys(owner),
      await dumpPolicies(owner),
      await dumpTriggers(owner),
      await dumpSchemaGrants(owner),
      await dumpComments(owner),
    ];
    return parts.filter((part) => part !== "").join("\n");
  });
}

async function refuseUnknownKinds(owner: OwnerConnection): Promise<void> {
  const unknown = await owner.query(sql<{ what: string }>`
    select format('%s %s', relkind, relname) as what from pg_class
    where relnamespace = 'public'::regnamespace and relkind not in ('r', 'i') and relname <> 'stoa_migrations_id_seq'
    union all
    select format('type %s', typname) from pg_type
    where typnamespace = 'public'::regnamespace and typtype in ('d', 'e', 'r') or typnamespace = 'public'::regnamespace and typtype = 'c'
      and exists (select from pg_class where oid = typrelid and relkind = 'c')
    union all
    select format('routine %s', proname) from pg_proc where pronamespace = 'public'::regnamespace and prokind not in ('f', 'p')
      and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
    order by 1`);
  assert(unknown.length === 0, `the dump does not know ${unknown.map(({ what }) => what).join(", ")}: teach it`);
}

async function dumpExtensions(owner: OwnerConnection): Promise<string> {
  const extensions = await owner.query(sql<{ name: string }>`
    select extname::text as name from pg_extension
    where extnamespace = 'public'::regnamespace order by extname collate "C"`);
  return lines(extensions.map(({ name }) => `create extension ${quoteName(name)};`));
}

async function dumpFunctions(owner: OwnerConnection): Promise<string[]> {
  const functions = await owner.query(sql<{ definition: string; signature: string; open: boolean; grantees: string[] }>`
    select pg_get_functiondef(f.oid) as definition, f.oid::regprocedure::text as signature,
           f.proacl is null or exists (select from aclexplode(f.proacl) where grantee = 0) as open,
           coalesce((select array_agg(pg_get_userbyid(grantee)::text order by pg_get_userbyid(grantee))
                     from aclexplode(f.proacl) where grantee not in (0, f.proowner)), '{}') as grantees
    from pg_proc f
    where f.pronamespace = 'public'::regnamespace and not exists (select from pg_depend where objid = f.oid and deptype = 'e')
    order by f.proname collate "C", f.oid::regprocedure::text collate "C"`);
  return functions.map(({ definition, signature, open, grantees }) =>
    lines([
      `${definition.trimEnd()};`,
      ...(open ? [] : [`revoke execute on function ${signature} from public;`]),
      ...grantees.map((grantee) => `grant execute on function ${signature} to ${quoteName(grantee)};`),
    ]),
  );
}

async function dumpTable(owner: OwnerConnection, name: string): Promise<string> {
  const columns = await owner.query(sql<{ line: string }>`
    select concat_ws(' ', quote_ident(attname), format_type(atttypid, atttypmod),
                     case when attcollation <> typcollation then 'collate ' || attcollation::regcollation::text end,
                     case when attidentity <> '' then 'generated ' || case attidentity when 'a' then 'always' else 'by default' end || ' as identity' end,
                     case when attgenerated = 's' then 'generated always as (' || pg_get_expr(adbin, adrelid) || ') stored'
                          when adbin is not null then 'default ' || pg_get_expr(adbin, adrelid) end,
                     case when attnotnull then 'not null' end) as line
    from pg_attribute
    join pg_type on pg_type.oid = atttypid
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attrelid = ${name}::regclass and attnum > 0 and not attisdropped
    order by attnum`);
  // A NOT NULL stands at its column; foreign keys come when all tables are there.
  const constraints = await owner.query(sql<{ line: string; valid: boolean }>`
    select format('constraint %I %s', conname, pg_get_constraintdef(oid)) as line, convalidated as valid
    from pg_constraint where conrelid = ${name}::regclass and contype in ('p', 'u', 'c', 'x')
    order by array_position(array['p', 'u', 'c', 'x'], contype::text), conname collate "C"`);
  const [table] = await owner.query(sql<{ quoted: string; options: string | null; secured: boolean; forced: boolean }>`
    select quote_ident(relname) as quoted, array_to_string(reloptions, ', ') as options, relrowsecurity as secured, relforcerowsecurity as forced
    from pg_class where oid = ${name}::regclass`);
  const indexes = await owner.query(sql<{ line: string }>`
    select pg_get_indexdef(indexrelid) as line from pg_index join pg_class on pg_class.oid = indexrelid
    where indrelid = ${name}::regclass and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u', 'x'))
    order by relname collate "C"`);
  assert(table !== undefined, `the table ${name} is there`);
  const options = table.options === null ? "" : ` with (${table.options})`;
  return lines([
    `create table ${table.quoted} (`,
    [...columns, ...constraints.filter(({ valid }) => valid)].map(({ line }) => `  ${line}`).join(",\n"),
    `)${options};`,
    // Within the table's own statement a constraint is always valid.
    ...constraints.filter(({ valid }) => !valid).map(({ line }) => `alter table ${table.quoted} add ${line};`),
    ...indexes.map(({ line }) => `${line};`),
    ...(table.secured ? [`alter table ${table.quoted} enable row level security;`] : []),
    ...(table.forced ? [`alter table ${table.quoted} force row level security;`] : []),
    ...(await tableGrants(owner, name)),
  ]);
}

// Apart from their tables, because a policy may ask another table.
async function dumpPolicies(owner: OwnerConnection): Promise<string> {
  const policies = await owner.query(sql<{ line: string }>`
    select concat_ws(' ', format('create policy %I on %I', polname, relname),
                     case when not polpermissive then 'as restrictive' end,
                     case polcmd when 'r' then 'for select' when 'a' then 'for insert' when 'w' then 'for update' when 'd' then 'for delete' end,
                     'to ' || (select string_agg(case member when 0 then 'public' else quote_ident(pg_get_userbyid(member)) end, ', '
                                                 order by pg_get_userbyid(member)) from unnest(polroles) as member),
                     'using (' || pg_get_expr(polqual, polrelid) || ')',
                     'with check (' || pg_get_expr(polwithcheck, polrelid) || ')') as line
    from pg_policy join pg_class on pg_class.oid = polrelid
    where relnamespace = 'public'::regnamespace order by relname collate "C", polname collate "C"`);
  return lines(policies.map(({ line }) => `${line};`));
}

async function tableGrants(owner: OwnerConnection, name: string): Promise<string[]> {
  const grants = await owner.query(sql<{ line: string }>`
    with granted as (
      select a.grantee, a.privilege_type, a.is_grantable, null::text as column_name, 0 as place
      from pg_class, aclexplode(relacl) a where oid = ${name}::regclass and a.grantee <> relowner
      union all
      select a.grantee, a.privilege_type, a.is_grantable, attname::text, attnum
      from pg_class join pg_attribute on attrelid = pg_class.oid, aclexplode(attacl) a
      where pg_class.oid = ${name}::regclass and not attisdropped and a.grantee <> relowner),
    named as (
      select case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end as grantee, is_grantable,
             lower(privilege_type) || coalesce(' (' || string_agg(quote_ident(column_name), ', ' order by place) || ')', '') as privilege
      from granted group by grantee, is_grantable, privilege_type, column_name is null)
    select format('grant %s on %I to %s%s', string_agg(privilege, ', ' order by privilege collate "C"), ${name}::text, grantee,
                  case when is_grantable then ' with grant option' else '' end) as line
    from named group by grantee, is_grantable order by grantee collate "C", is_grantable`);
  return grants.map(({ line }) => `${line};`);
}

async function dumpForeignKeys(owner: OwnerConnection): Promise<string> {
  const keys = await owner.query(sql<{ line: string }>`
    select format('alter table %I add constraint %I %s', relname, conname, pg_get_constraintdef(c.oid)) as line
    from pg_constraint c join pg_class on pg_class.oid = conrelid
    where connamespace = 'public'::regnamespace and contype = 'f' and relname <> 'stoa_migrations'
    order by relname collate "C", conname collate "C"`);
  return lines(keys.map(({ line }) => `${line};`));
}

async function dumpTriggers(owner: OwnerConnection): Promise<string> {
  const triggers = await owner.query(sql<{ line: string; enabled: string; name: string; on_table: string }>`
    select pg_get_triggerdef(t.oid) as line, tgenabled::text as enabled, tgname::text as name, relname::text as on_table
    from pg_trigger t join pg_class on pg_class.oid = tgrelid
    where relnamespace = 'public'::regnamespace and not tgisinternal
    order by relname collate "C", tgname collate "C"`);
  const states: Record<string, string> = { D: "disable", R: "enable replica", A: "enable always" };
  return lines(
    triggers.flatMap(({ line, enabled, name, on_table }) => {
      const state = states[enabled];
      return [`${line};`, ...(state === undefined ? [] : [`alter table ${quoteName(on_table)} ${state} trigger ${quoteName(name)};`])];
    }),
  );
}

// What the public and the owner may do in a schema is PostgreSQL's own default and differs with who made the database.
async function dumpSchemaGrants(owner: OwnerConnection): Promise<string> {
  const grants = await owner.query(sql<{ line: string }>`
    select format('grant %s on schema public to %I', string_agg(lower(privilege_type), ', ' order by privilege_type), pg_get_userbyid(grantee)) as line
    from pg_namespace, aclexplode(nspacl)
    where oid = 'public'::regnamespace and grantee not in (0, nspowner)
    group by grantee order by pg_get_userbyid(grantee) collate "C"`);
  return lines(grants.map(({ line }) => `${line};`));
}

async function dumpComments(owner: OwnerConnection): Promise<string> {
  const comments = await owner.query(sql<{ target: string; words: string }>`
    select case when objsubid = 0 then format('table %I', relname) else format('column %I.%I', relname, attname) end as target, description as words
    from pg_description join pg_class on pg_class.oid = objoid left join pg_attribute on attrelid = objoid and attnum = objsubid
    where classoid = 'pg_class'::regclass and relnamespace = 'public'::regnamespace and relkind = 'r'
    order by relname collate "C", objsubid`);
  return lines(comments.map(({ target, words }) => `comment on ${target} is ${quoteText(words)};`));
}

function lines(texts: readonly string[]): string {
  return texts.length === 0 ? "" : `${texts.join("\n")}\n`;
}
