import Type from "typebox";
import type { DoctorReport } from "../../../views/doctor/index.ts";
import { example } from "../../examples.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, integer, listOf, text } from "../../shapes.ts";

/** Checks every invariant on the live database. */
export type Doctor = () => Promise<DoctorReport>;

const report = closed({
  ok: Type.Boolean(),
  checked: listOf(text(10), 0, 100),
  violations: listOf(
    closed({
      invariant: text(10),
      sentence: text(300),
      count: integer(1, Number.MAX_SAFE_INTEGER),
      rows: listOf(closed({ ids: listOf(text(40), 1, 10), detail: Type.String() }), 0, 20),
    }),
    0,
    100,
  ),
  millis: integer(0, Number.MAX_SAFE_INTEGER),
});

/** The report as the API shows it. */
function shown({ ok, seconds, invariants }: DoctorReport) {
  return {
    ok,
    checked: invariants.map(({ number }) => number),
    violations: invariants
      .filter(({ violations }) => violations > 0)
      .map(({ number, sentence, violations, examples }) => ({
        invariant: number,
        sentence,
        count: violations,
        rows: examples.map(({ rows, detail }) => ({ ids: [...rows], detail })),
      })),
    millis: Math.trunc(seconds * 1_000),
  };
}

const sample = {
  ok: false,
  checked: ["S1", "S2"],
  violations: [
    {
      invariant: "S2",
      sentence: "What a stock level has reserved is what its reservations hold.",
      count: 1,
      rows: [{ ids: [example.offer, example.location], detail: "3 reserved, reservations hold 2" }],
    },
  ],
  millis: 12,
};

/** The doctor: whether what must always be true is true now. */
export function operatorDoctorOperations(doctor: Doctor): readonly Operation[] {
  return [
    operation({
      kind: "look",
      id: "operator.doctor.run",
      path: "/doctor",
      summary: "Check every invariant",
      response: report,
      refusals: [],
      example: { response: sample },
      look: async () => ({ body: shown(await doctor()) }),
    }),
  ];
}
