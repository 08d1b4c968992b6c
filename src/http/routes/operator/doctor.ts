import Type from "typebox";
import { type Operation, operation } from "../../operation.ts";
import { closed, integer, listOf, text } from "../../shapes.ts";

/** One invariant that does not hold: which, how many rows break it, and the first of them. */
export type Violation = { readonly invariant: string; readonly sentence: string; readonly count: number; readonly rows: readonly unknown[] };

/** What doctor found; `checked` names every invariant that it looked at. */
export type DoctorReport = { readonly checked: readonly string[]; readonly violations: readonly Violation[]; readonly seconds: number };

/** Checks every invariant on the live database. */
export type Doctor = () => Promise<DoctorReport>;

const report = closed({
  checked: listOf(text(10), 0, 100),
  violations: listOf(
    closed({ invariant: text(10), sentence: text(300), count: integer(1, Number.MAX_SAFE_INTEGER), rows: listOf(Type.Unknown(), 0, 20) }),
    0,
    100,
  ),
  millis: integer(0, Number.MAX_SAFE_INTEGER),
});

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
      example: { response: { checked: ["S1", "S2"], violations: [], millis: 12 } },
      async look() {
        const { checked, violations, seconds } = await doctor();
        return {
          body: {
            checked: [...checked],
            violations: violations.map(({ invariant, sentence, count, rows }) => ({ invariant, sentence, count, rows: [...rows] })),
            millis: Math.trunc(seconds * 1_000),
          },
        };
      },
    }),
  ];
}
