import type { Static } from "typebox";
import type { CheckoutId } from "../../kernel/ids.ts";
import type { CheckoutSnapshot } from "../../flows/place-checkouts/index.ts";
import type { CheckoutState } from "../../modules/checkouts/index.ts";
import type { Reader } from "../../platform/db/index.ts";
import { checkoutHistory, findCheckoutView } from "../../views/checkouts.ts";
import { type readCheckout, shownCheckout, shownStep } from "./checkout-shapes.ts";

/** Reads a checkout whole; undefined when the reader's role and organisation have none of this id. */
export async function readWholeCheckout(
  reader: Reader,
  checkoutId: CheckoutId,
  actionsIn: (state: CheckoutState) => ("cancel" | "record_receipt")[],
): Promise<{ readonly body: Static<typeof readCheckout>; readonly version: number } | undefined> {
  const row = await findCheckoutView(reader, checkoutId);
  if (row === undefined) return undefined;
  const history = await checkoutHistory(reader, row.company_id, row.checkout_id);
  const agreed = JSON.parse(row.snapshot) as CheckoutSnapshot;
  const body = {
    ...shownCheckout(row),
    company: agreed.company,
    delivery_address: agreed.delivery_address,
    allowed_actions: actionsIn(row.state as CheckoutState),
    history: history.map(shownStep),
  };
  return { body, version: row.version };
}
