import type { Refusal } from "../../kernel/refusal.ts";

/** The id in the path names nothing that the caller may know. */
export type NotFound = Refusal & { readonly code: "not-found" };

/** Without this key nobody could administer the market: the last one of the operator's admins cannot be revoked. */
export type LastOperatorAdmin = Refusal & { readonly code: "last-operator-admin"; readonly key: string };

/** Without this member nobody could say who acts for the organisation: its last owner can be neither removed nor given another role. */
export type LastOwner = Refusal & { readonly code: "last-owner"; readonly member: string };

/** Who was removed stays so, and gets neither role nor keys: whoever is to act again is added anew. */
export type MemberRemoved = Refusal & { readonly code: "member-removed"; readonly member: string };

/** What the operator says of itself cannot be so: each entry of `errors` says where, and what is wrong. */
export type OperatorFactsInvalid = Refusal & {
  readonly code: "request-invalid";
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
};

/** The documents of a seller begin with this prefix. */
export type OperatorPrefixTaken = Refusal & { readonly code: "series-prefix-taken"; readonly series_prefix: string };

/** The operator has issued documents under its prefix, `series_prefix`. */
export type OperatorPrefixFixed = Refusal & { readonly code: "series-prefix-fixed"; readonly series_prefix: string };

export type IdentityRefusal =
  | NotFound
  | LastOperatorAdmin
  | LastOwner
  | MemberRemoved
  | OperatorFactsInvalid
  | OperatorPrefixTaken
  | OperatorPrefixFixed;
