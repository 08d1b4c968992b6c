import type { Instant } from "./clock.ts";
import type { ApiKeyId, IdSource, Uuid } from "./ids.ts";

/** The request by which something changes, where nobody acts for an organisation: whoever registers has none yet. */
export type Origin = {
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly now: Instant;
  readonly newId: IdSource;
};

/** The same, with the name of the answer that is stored with the change; null when a deadline changes it. */
export type Circumstances = Origin & { readonly idempotencyId: Uuid | null };

/** Who acts, in whose name, and the request by which. */
export type Actor = Origin & {
  readonly principal: { readonly organisationId: Uuid; readonly keyId: ApiKeyId };
  readonly idempotencyId: Uuid;
};
