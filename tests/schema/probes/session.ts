import pg from "pg";
import type { Row } from "./rows.ts";

/** A statement as somebody says it. `owner` stands for the owner of the schema, who may what no role of the application may. */
export type Said = {
  readonly role: string;
  /** For whom the transaction works; a stranger to all rows when left out. */
  readonly organisation?: string | undefined;
  readonly text: string;
  readonly values?: readonly unknown[];
};

/** What came of it: how many rows were seen or touched, or the error, by the guard's name when it has one. */
export type Outcome = { readonly rows: number } | { readonly refusedBy: string; readonly message: string };

export type Session = {
  /** Says it in a transaction that is taken back; `before` is done by whoever opened the session, in the same transaction. */
  readonly say: (said: Said, before?: string) => Promise<Outcome>;
  readonly close: () => Promise<void>;
};

const stranger = "01900000-00bb-7000-8000-000000000000";

/** A connection that keeps nothing of what it does. */
export async function openSession(url: string): Promise<Session> {
  const client = new pg.Client({ connectionString: url, application_name: "stoa probes" });
  await client.connect();
  return {
    say: async ({ role, organisation = stranger, text, values = [] }, before) => {
      const scope = role === "owner" ? "" : `; set local role ${role}`;
      await client.query(`begin; ${before ?? "select"}; set local app.organisation = '${organisation}'${scope}`);
      try {
        const { rowCount } = await client.query(text, [...values]);
        return { rows: rowCount ?? 0 };
      } catch (error) {
        if (!(error instanceof pg.DatabaseError)) throw error;
        return { refusedBy: error.constraint ?? error.code ?? "", message: error.message };
      } finally {
        await client.query("rollback");
      }
    },
    close: () => client.end(),
  };
}

/** The insertion of a row. */
export function insertion(table: string, row: Row): Pick<Said, "text" | "values"> {
  const columns = Object.keys(row);
  return {
    text: `insert into ${table} (${columns.join(", ")}) values (${columns.map((_, index) => `$${index + 1}`).join(", ")})`,
    values: Object.values(row),
  };
}

/** Whose row it is: the column that row-level security asks for. */
export function organisationOf(row: Row): string | undefined {
  const owner = row["organisation_id"] ?? row["seller_id"] ?? row["company_id"];
  return typeof owner === "string" ? owner : undefined;
}
