import type { Origin } from "../../kernel/actor.ts";
import type { Uuid } from "../../kernel/ids.ts";
import { type NewEvent, newEvent } from "../../platform/outbox/index.ts";

/** A thing of an organisation has changed, to be told to it; to the operator's own organisation nothing is told beside what it reads anyway. */
export function identityEvent(
  origin: Origin,
  about: Pick<NewEvent, "subjectId" | "subjectType" | "subjectVersion" | "type" | "data"> & {
    readonly organisation: { readonly organisationId: Uuid; readonly kind: string };
  },
): NewEvent {
  const { organisation, ...fact } = about;
  const { organisationId, kind } = organisation;
  return newEvent(origin, { organisationId, ...fact }, kind === "operator" ? [] : [organisationId]);
}
