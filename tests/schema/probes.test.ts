import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adding, behind, dropping, ownersTables, probeOf, writerOf, writtenDown } from "./probes/constraints.ts";
import { openProbedDatabase, type ProbedDatabase } from "./probes/database.ts";
import { type Constraint, constraintsOf } from "./probes/guards.ts";
import { tables } from "./probes/rows.ts";
import type { Outcome } from "./probes/session.ts";

let probed: ProbedDatabase;
beforeAll(async () => {
  probed = await openProbedDatabase();
});
afterAll(() => probed.close());

const refusedBy = (outcome: Outcome): string => ("rows" in outcome ? "nothing" : outcome.refusedBy);

describe("a named guard of the schema", () => {
  let constraints: readonly Constraint[];
  beforeAll(async () => {
    constraints = await constraintsOf(probed.test);
  });

  it("has a probe, and each probe its guard", () => {
    expect(constraints.filter((constraint) => probeOf(constraint) === undefined).map(({ name }) => name)).toEqual([]);
    const names = new Set(constraints.map(({ name }) => name));
    expect(writtenDown.filter((name) => !names.has(name))).toEqual([]);
    expect(constraints.length).toBeGreaterThan(120);
  });

  it("lets the row pass that its probe is a variation of", async () => {
    const refused: string[] = [];
    for (const table of Object.keys(tables)) {
      if (table === "clock_offset" || table === "event_sequencer") continue; // These hold one row, and it is there.
      const said = adding(table);
      const outcome = await probed.speaker(said).say(said);
      if (!("rows" in outcome) || outcome.rows !== 1) refused.push(`${table}: ${JSON.stringify(outcome)}`);
    }
    expect(refused).toEqual([]);
  });

  it("refuses by its name what it is for, said by a role that may write there", async () => {
    const wrong: string[] = [];
    for (const constraint of constraints) {
      const probe = probeOf(constraint);
      if (probe === undefined) continue;
      const { said, putAside, refusesAs = constraint.name } = probe;
      const found = refusedBy(await (putAside === undefined ? probed.speaker(said) : probed.owner).say(said, putAside));
      if (found !== refusesAs) wrong.push(`${constraint.name} as ${said.role}: ${found}`);
    }
    expect(wrong).toEqual([]);
  });

  it("is what refused: without it the same statement passes, or meets another guard", async () => {
    const held: string[] = [];
    const metAnother: Record<string, string> = {};
    for (const constraint of constraints) {
      const probe = probeOf(constraint);
      if (probe === undefined) continue;
      const { said, putAside = "select", refusesAs = constraint.name } = probe;
      const found = refusedBy(await probed.owner.say(said, `${putAside}; ${dropping(constraint)}`));
      if (found === refusesAs) held.push(constraint.name);
      else if (found !== "nothing") metAnother[constraint.name] = found;
    }
    expect(held).toEqual([]);
    expect(metAnother).toEqual(behind);
  });

  it("is probed as the owner only where no role of the application adds rows", () => {
    const asOwner = new Set(constraints.filter((each) => probeOf(each)?.said.role === "owner").map(({ table }) => table));
    expect([...asOwner].sort()).toEqual([...ownersTables].sort());
    expect(
      Object.keys(tables)
        .filter((table) => writerOf(table) === "owner")
        .sort(),
    ).toEqual([...ownersTables].sort());
  });
});
