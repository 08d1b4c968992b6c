import { type OwnerConnection, quoteName, quoteText, withOwnerConnection } from "./owner-connection.ts";
import { sqlState } from "./faults.ts";
import { sql } from "./sql.ts";

/** The roles that transactions take on. None can sign in and none owns anything. */
export const roles = ["stoa_application", "stoa_auth", "stoa_flow", "stoa_operator", "stoa_public", "stoa_read", "stoa_sequencer"] as const;

export type Role = (typeof roles)[number];

/** The owner of the schema may not create or grant roles. `commands` is what somebody who may has to run, once. */
export class AdministratorNeeded extends Error {
  override readonly name = "AdministratorNeeded";
  readonly commands: readonly string[];

  constructor(owner: string, commands: readonly string[], cause: unknown) {
    super(
      `The roles of Stoa are missing and ${owner} may not make them: let an administrator of the database run this, then run \`stoa migrate\` again.\n\n${commands.join("\n")}`,
      { cause },
    );
    this.commands = commands;
  }
}

/**
 * Creates the roles that are missing and makes the owner and the application's login user members of them.
 * @throws AdministratorNeeded with the commands that are missing
 */
export async function ensureRoles(owner: OwnerConnection, applicationUser: string | undefined): Promise<void> {
  const [who] = await owner.query(sql<{ name: string }>`select current_user::text as name`);
  const ownerName = who?.name ?? "the owner";
  const members = [...new Set([ownerName, applicationUser ?? ownerName])];
  try {
    for (const command of await missingRoles(owner)) await once(owner, command);
    for (const command of await missingMemberships(owner, members)) await once(owner, command);
  } catch (error) {
    if (sqlState(error) !== "42501") throw error;
    const created = await missingRoles(owner);
    const granted =
      created.length > 0 ? members.flatMap((member) => roles.map((role) => grant(role, member))) : await missingMemberships(owner, members);
    throw new AdministratorNeeded(ownerName, [...created, ...granted], error);
  }
}

// Kept free for the operator's own tools, so that the application cannot lock them out by taking every connection.
const connectionsLeftFree = 20;

const loginLock = 4_127_306_915_448_201n;

/**
 * A login user that owns nothing and inherits nothing: what it may do it does in one of the roles. One that is there already gets this
 * password. It may take all connections but twenty.
 */
export async function ensureLogin(ownerUrl: string, user: string, password: string): Promise<void> {
  await withOwnerConnection(ownerUrl, async (owner) => {
    const [server] = await owner.query(sql<{ most: number | null }>`select current_setting('max_connections')::integer as most`);
    const limit = Math.max((server?.most ?? 0) - connectionsLeftFree, connectionsLeftFree);
    const login = `login noinherit connection limit ${limit} password ${quoteText(password)}`;
    // Of several that change one role at once PostgreSQL refuses all but one; the lock ends with this connection.
    await owner.query(sql`select pg_advisory_lock(${loginLock})`);
    await once(owner, `create role ${quoteName(user)} ${login}`);
    await owner.command(`alter role ${quoteName(user)} ${login}`);
  });
}

async function missingRoles(owner: OwnerConnection): Promise<string[]> {
  const missing = await owner.query(sql<{ role: string }>`
    select role from unnest(${roles}::text[]) as wanted (role)
    where not exists (select from pg_roles where rolname = role)
    order by role collate "C"`);
  return missing.map(({ role }) => `create role ${quoteName(role)} nologin;`);
}

// From PostgreSQL 16 on who creates a role is a member of it that may hand it on, but may not take it on.
async function missingMemberships(owner: OwnerConnection, members: readonly string[]): Promise<string[]> {
  const missing = await owner.query(sql<{ member: string; role: string }>`
    select member, role from unnest(${members}::text[]) as m (member), unnest(${roles}::text[]) as r (role)
    where not pg_has_role(member, role, case when current_setting('server_version_num')::integer >= 160000 then 'SET' else 'MEMBER' end)
    order by member collate "C", role collate "C"`);
  return missing.map(({ member, role }) => grant(role, member));
}

function grant(role: string, member: string): string {
  return `grant ${quoteName(role)} to ${quoteName(member)};`;
}

const alreadyThere: ReadonlySet<string | undefined> = new Set(["42710", "23505"]);

// Roles belong to the server, and another database of it may be migrated at the same moment.
async function once(owner: OwnerConnection, command: string): Promise<void> {
  try {
    await owner.command(command);
  } catch (error) {
    if (!alreadyThere.has(sqlState(error))) throw error;
  }
}
