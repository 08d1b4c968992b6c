import { expect, test } from "vitest";
import { withOwnerConnection } from "../../src/platform/db/owner-connection.ts";
import { ensureLogin } from "../../src/platform/db/roles.ts";
import { sharedPostgres } from "../support/postgres.ts";

test("several starters may make the same login user at once", async () => {
  const { adminUrl } = sharedPostgres();
  const user = `stoa_login_${process.pid}`;
  try {
    const made = await Promise.allSettled(Array.from({ length: 12 }, () => ensureLogin(adminUrl, user, "a password")));
    expect(made.filter(({ status }) => status === "rejected")).toEqual([]);
  } finally {
    await withOwnerConnection(adminUrl, (owner) => owner.command(`drop role if exists ${user}`));
  }
});
