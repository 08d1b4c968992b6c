import type { Refusal } from "../../kernel/refusal.ts";

/** The id in the path names nothing that the caller may know. */
export type NotFound = Refusal & { readonly code: "not-found" };

/** A hold is released once; what was said then stays. */
export type HoldReleased = Refusal & { readonly code: "hold-released"; readonly released_at: string };

export type HoldRefusal = NotFound | HoldReleased;
