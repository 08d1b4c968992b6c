import type { PlaceOutcome } from "../../src/flows/place-checkouts/index.ts";

/**
 * Outcomes without what differs between two runs of the same commands: the names of new rows, in the outcomes and inside refusals, the
 * moment, and the universe in which the planted rows stand.
 */
export function comparable(outcomes: readonly PlaceOutcome[]): unknown {
  const names = new Map<string, string>();
  const neutral = (text: string) => {
    const known = names.get(text) ?? `id-${names.size}`;
    names.set(text, known);
    return known;
  };
  return JSON.parse(
    JSON.stringify(outcomes, (member, value: unknown) => {
      if (typeof value === "bigint") return value.toString();
      if (member === "placedAt" || member === "payBefore" || member === "dueAt" || member === "snapshot") return undefined;
      if (typeof value === "string" && /-[89a-f][0-9a-f]{3}-[0-9a-f]{12}$/.test(value) && value.startsWith("01900000-")) {
        return value.replace(/-[89a-f][0-9a-f]{3}-(?=[0-9a-f]{12}$)/, "-8000-");
      }
      if (member === "offer" || member === "sellerName" || member === "companyName") return undefined;
      if (["checkoutId", "orderId", "subjectId", "reservationId", "movementId", "checkout"].includes(member) && typeof value === "string")
        return neutral(value);
      return value;
    }),
  );
}
