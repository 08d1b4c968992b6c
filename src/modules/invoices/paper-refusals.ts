import type { Refusal } from "../../kernel/refusal.ts";
import type { BrokenRule } from "./ubl-rules.ts";

/** The norm has no way to say this document: each of `broken` names a rule that it would break, and what of it does. */
export type NotRepresentable = Refusal & { readonly code: "not-representable"; readonly broken: readonly BrokenRule[] };
