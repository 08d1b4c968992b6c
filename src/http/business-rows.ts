import type { OnHold } from "../flows/refuse-stopped.ts";
import type { PlaceRefusal } from "../flows/place-checkouts/index.ts";
import type { CatalogRefusal } from "../modules/catalog/index.ts";
import type { CommissionRefusal } from "../modules/commissions/index.ts";
import type { CompanyRefusal } from "../modules/companies/index.ts";
import type { HoldRefusal } from "../modules/holds/index.ts";
import type { IdentityRefusal } from "../modules/identity/index.ts";
import type { StockOperationRefusal } from "../modules/inventory/index.ts";
import type { OrderRefusal, ShipmentRefusal } from "../modules/orders/index.ts";
import type { InvoiceRefusal, NotRepresentable } from "../modules/invoices/index.ts";
import type { PaymentRefusal, StatementRefusal } from "../modules/payments/index.ts";
import type { PricingRefusal } from "../modules/pricing/index.ts";
import type { SellerRefusal } from "../modules/sellers/index.ts";
import type { AnswerNoLongerAvailable } from "../platform/sealing/index.ts";
import type { Overloaded } from "../platform/db/index.ts";
import type { RequestInFlight } from "../platform/idempotency/index.ts";
import type { StateConflict } from "../platform/lifecycle/index.ts";
import type { Row } from "./catalogue-row.ts";
import { commissionRows } from "./commission-rows.ts";
import { creditRows } from "./credit-rows.ts";
import type { frameRows } from "./frame-rows.ts";
import { offerRows } from "./offer-rows.ts";
import { orderRows } from "./order-rows.ts";
import { organisationRows } from "./organisation-rows.ts";
import { paymentRows } from "./payment-rows.ts";
import { paperRows } from "./paper-rows.ts";
import { placingRows } from "./placing-rows.ts";

/** Every expected no that a floor below can say. */
type KnownRefusal =
  | PlaceRefusal
  | CatalogRefusal
  | CommissionRefusal
  | CompanyRefusal
  | HoldRefusal
  | OnHold
  | IdentityRefusal
  | StockOperationRefusal
  | OrderRefusal
  | ShipmentRefusal
  | InvoiceRefusal
  | NotRepresentable
  | PaymentRefusal
  | StatementRefusal
  | PricingRefusal
  | SellerRefusal
  | AnswerNoLongerAvailable
  | Overloaded
  | RequestInFlight
  | StateConflict;

type Said = Exclude<KnownRefusal["code"], keyof typeof frameRows>;

const rows = {
  ...placingRows,
  ...orderRows,
  ...offerRows,
  ...organisationRows,
  ...commissionRows,
  ...paymentRows,
  ...paperRows,
  ...creditRows,
} as const satisfies Record<Said, Row>;

/**
 * The noes of the business, one row for each that can be said and none more: decided on the facts, and stored, so that a repeat under the
 * same key gets the same no.
 */
export const businessRows: typeof rows & Record<Exclude<keyof typeof rows, Said>, never> = rows;
