import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openProbedDatabase, type ProbedDatabase } from "./probes/database.ts";
import { seller, tables } from "./probes/rows.ts";
import { insertion, type Outcome } from "./probes/session.ts";

let probed: ProbedDatabase;
beforeAll(async () => {
  probed = await openProbedDatabase();
});
afterAll(() => probed.close());

const said = (outcome: Outcome): string => ("rows" in outcome ? `${outcome.rows}` : outcome.refusedBy);

describe("A movement", () => {
  // On hand, reserved, limit; and whether it is about a reservation.
  const legal: Readonly<Record<string, readonly [number, number, number, boolean][]>> = {
    reserve: [[0, 2, 0, true]],
    release: [[0, -2, 0, true]],
    finalize: [[-2, -2, 0, true]],
    reassign: [
      [0, 2, 0, true],
      [0, -2, 0, true],
    ],
    receive: [[2, 0, 0, false]],
    restock: [[2, 0, 0, false]],
    adjust: [
      [2, 0, 0, false],
      [-2, 0, 0, false],
    ],
    transfer: [
      [2, 0, 0, false],
      [-2, 0, 0, false],
    ],
    limit: [
      [0, 0, 2, false],
      [0, 0, -2, false],
    ],
  };
  const write = async (kind: string, [onHand, reserved, limit, reservation]: readonly [number, number, number, boolean]) => {
    const fresh = tables["movements"]?.fresh ?? {};
    const row = {
      ...{ ...fresh, kind, on_hand_delta: onHand, reserved_delta: reserved, limit_delta: limit },
      ...(reservation ? {} : { reservation_id: null }),
    };
    return said(await probed.application.say({ role: "stoa_flow", ...insertion("movements", row) }));
  };

  it("changes what its kind changes, in its direction, and nothing else", async () => {
    const steps = [-2, 0, 2];
    const wrong: string[] = [];
    for (const [kind, shapes] of Object.entries(legal)) {
      const allowed = new Set(shapes.map(String));
      for (const onHand of steps) {
        for (const reserved of steps) {
          for (const limit of steps) {
            for (const reservation of [true, false]) {
              const shape = [onHand, reserved, limit, reservation] as const;
              const outcome = await write(kind, shape);
              if (outcome !== (allowed.has(String(shape)) ? "1" : "movements_kind_fits_deltas"))
                wrong.push(`${kind} ${String(shape)}: ${outcome}`);
            }
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it("of goods that leave takes as many from what is promised, and no kind is invented", async () => {
    expect([await write("finalize", [-2, -1, 0, true]), await write("vanish", [-2, 0, 0, false])]).toEqual([
      "movements_kind_fits_deltas",
      "movements_kind_fits_deltas",
    ]);
  });
});

describe("A stock operation", () => {
  it("says why, unless it receives goods or moves what is reserved", async () => {
    const fresh = tables["stock_operations"]?.fresh ?? {};
    const organisation = String(fresh["seller_id"]);
    const outcomes: Record<string, string> = {};
    for (const kind of ["receive", "reassign", "adjust", "limit", "restock", "transfer"]) {
      outcomes[kind] = said(
        await probed.application.say({ role: "stoa_application", organisation, ...insertion("stock_operations", { ...fresh, kind }) }),
      );
    }
    const silent = "stock_operations_have_a_reason";
    expect(outcomes).toEqual({ receive: "1", reassign: "1", adjust: silent, limit: silent, restock: silent, transfer: silent });
  });
});

describe("A reservation", () => {
  const change = async (text: string, before = "select") =>
    said(await probed.owner.say({ role: "stoa_flow", text: `update reservations set ${text} where seller_id = '${seller}'` }, before));
  const counters = ["finalized", "released", "reassigned", "packed"];

  it("gives no unit twice, whether it is sent, released, moved or packed", async () => {
    const outcomes: string[] = [];
    for (const counter of counters) {
      outcomes.push(await change(`${counter} = quantity + 1`), await change(`${counter} = quantity`));
      for (const other of counters.filter((each) => each !== counter)) outcomes.push(await change(`${counter} = quantity, ${other} = 1`));
    }
    expect(outcomes.filter((outcome) => outcome === "1")).toHaveLength(counters.length);
    expect(new Set(outcomes)).toEqual(new Set(["1", "reservations_never_given_twice"]));
  });

  it("takes back nothing that was sent, released or moved, nor becomes smaller; what is packed may be unpacked", async () => {
    const raised = `update reservations set quantity = quantity + 9, finalized = 2, released = 2, reassigned = 2, packed = 2 where seller_id = '${seller}'`;
    const outcomes: Record<string, string> = {};
    // The owner's own rows are hidden from it too.
    const before = `alter table reservations no force row level security; ${raised}; alter table reservations force row level security`;
    for (const counter of ["finalized", "released", "reassigned", "quantity", "packed"]) {
      outcomes[counter] = await change(`${counter} = ${counter} - 1`, before);
    }
    const stays = "reservations_given_only_rise";
    expect(outcomes).toEqual({ finalized: stays, released: stays, reassigned: stays, quantity: stays, packed: "1" });
  });
});
