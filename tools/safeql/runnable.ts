import pg from "pg";
import type { SqlLiteral } from "../lint/project.ts";

const roles = ["stoa_application", "stoa_flow", "stoa_operator", "stoa_sequencer", "stoa_auth", "stoa_read", "stoa_public"] as const;

/** Where the owner's own statements stand: it migrates, and reads its schema. Everybody else's need a grant. */
const ownersRoom = "src/platform/db/";

const planned = /^\s*(select|insert|update|delete|merge|values|with)\b/i;

/** A statement that no role may run, with what the database said to the last one that was asked. */
export interface Unrunnable {
  statement: SqlLiteral;
  refusal: string;
}

/**
 * Plans each statement under each role, as it is sent, with its parameters left open: planning it for a run checks grants, which
 * preparing does not.
 * @param ownerUrl a PostgreSQL 16 or newer (`explain (generic_plan)`), whose user is a member of all roles
 * @returns how many statements were planned, and those that every role was refused
 */
export async function findUnrunnable(
  ownerUrl: string,
  statements: readonly SqlLiteral[],
): Promise<{ read: number; unrunnable: Unrunnable[] }> {
  const client = new pg.Client(ownerUrl);
  await client.connect();
  const unrunnable: Unrunnable[] = [];
  const plannable = statements.filter(({ text }) => planned.test(text));
  try {
    await client.query("select set_config('app.organisation', '00000000-0000-7000-8000-000000000000', false)");
    for (const statement of plannable) {
      const refusal = await firstRefusalOfAll(client, statement);
      if (refusal !== undefined) unrunnable.push({ statement, refusal });
    }
  } finally {
    await client.end();
  }
  return { read: plannable.length, unrunnable };
}

/** Undefined when one role may run it; else what the first role was told. */
async function firstRefusalOfAll(client: pg.Client, { path, text }: SqlLiteral): Promise<string | undefined> {
  let first: string | undefined;
  for (const role of path.startsWith(ownersRoom) ? [...roles, "none"] : roles) {
    await client.query(`set role ${role}`);
    try {
      await client.query(`explain (generic_plan) ${text}`);
      return undefined;
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      first ??= `${role}: ${error.message}`;
    } finally {
      await client.query("reset role");
    }
  }
  return first;
}
