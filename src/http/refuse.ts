import { type Refusal, Refused } from "../kernel/refusal.ts";
import type { RefusalCode } from "./problem-rows.ts";

type Fact = string | number | boolean | null | undefined | readonly Fact[] | { readonly [member: string]: Fact };

/** A refusal of the frame's own, to be thrown: a code without a row does not compile. */
export function refuse(code: RefusalCode, facts: { readonly [member: string]: Fact } = {}): Refused {
  const refusal: Refusal = { ...facts, code };
  return new Refused(refusal);
}
