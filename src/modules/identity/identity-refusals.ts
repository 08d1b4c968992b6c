import type { Refusal } from "../../kernel/refusal.ts";

/** The id in the path names nothing that the caller may know. */
export type NotFound = Refusal & { readonly code: "not-found" };

/** Without this key nobody could administer the market: the last one of the operator's admins cannot be revoked. */
export type LastOperatorAdmin = Refusal & { readonly code: "last-operator-admin"; readonly key: string };

export type IdentityRefusal = NotFound | LastOperatorAdmin;
