import type { ReaderScope } from "../platform/db/index.ts";
import type { Call } from "./call.ts";
import type { Scope } from "./operation.ts";

/** The role of the database, and the organisation, in which an operation of this scope reads for this caller. */
export function readingScope({ scope }: { readonly scope: Scope }, { principal }: Pick<Call, "principal">): ReaderScope {
  if (scope === "operator") return { role: "stoa_operator" };
  if (scope === "public") return { role: "stoa_public" };
  return { role: "stoa_application", organisation: principal.organisationId };
}
