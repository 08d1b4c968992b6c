import { openTestDatabase, type TestDatabase } from "../../support/database.ts";
import { lived, tables } from "./rows.ts";
import { insertion, openSession, type Said, type Session } from "./session.ts";

/** A database of one's own in which every table has rows, and the two who speak in it. */
export type ProbedDatabase = {
  readonly test: TestDatabase;
  /** The application's login, which owns nothing and takes on its roles. */
  readonly application: Session;
  /** The owner, who takes guards away and takes on the same roles. */
  readonly owner: Session;
  /** Whoever has to say it: the owner only what is the owner's to say. */
  readonly speaker: (said: Pick<Said, "role">) => Session;
  readonly close: () => Promise<void>;
};

export async function openProbedDatabase(): Promise<ProbedDatabase> {
  const test = await openTestDatabase();
  const force = (word: "force" | "no force") =>
    test.owner(`do $$ declare guarded regclass; begin
      for guarded in select oid from pg_class where relrowsecurity loop
        execute format('alter table %s ${word} row level security', guarded);
      end loop;
    end $$`);
  await force("no force");
  for (const [table, { standing }] of Object.entries(tables)) {
    for (const row of standing) {
      const { text, values } = insertion(table, row);
      await test.owner(text, values);
    }
  }
  for (const step of lived) await test.owner(step);
  await force("force");
  const application = await openSession(test.url);
  const owner = await openSession(test.ownerUrl);
  return {
    test,
    application,
    owner,
    speaker: ({ role }) => (role === "owner" ? owner : application),
    close: async () => {
      await application.close();
      await owner.close();
      await test.close();
    },
  };
}
