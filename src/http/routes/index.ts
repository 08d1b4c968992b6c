import { withExports } from "../export.ts";
import type { OrderRules } from "../../modules/orders/index.ts";
import type { Operation } from "../operation.ts";
import { buyerCheckoutOperations, type Placing } from "./buyer/checkouts.ts";
import { buyerCreditAccountOperations } from "./buyer/credit-accounts.ts";
import { buyerMemberOperations } from "./buyer/members.ts";
import { buyerOrderOperations } from "./buyer/orders.ts";
import { eventsOperation } from "./events.ts";
import { operatorAuditOperations } from "./operator/audit.ts";
import { operatorCategoryOperations } from "./operator/categories.ts";
import { operatorCheckoutOperations } from "./operator/checkouts.ts";
import { operatorCompanyOperations } from "./operator/companies.ts";
import { operatorCreditAccountOperations } from "./operator/credit-accounts.ts";
import { type Doctor, operatorDoctorOperations } from "./operator/doctor.ts";
import { operatorHoldOperations } from "./operator/holds.ts";
import { operatorKeyOperations } from "./operator/keys.ts";
import { operatorMemberOperations } from "./operator/members.ts";
import { operatorOrderOperations } from "./operator/orders.ts";
import { operatorProductOperations } from "./operator/products.ts";
import { operatorSellerOperations } from "./operator/sellers.ts";
import { operatorTaxRateOperations } from "./operator/tax-rates.ts";
import { sellerLocationOperations } from "./seller/locations.ts";
import { sellerMovementOperations } from "./seller/movements.ts";
import { sellerMemberOperations } from "./seller/members.ts";
import { sellerOfferLifeOperations } from "./seller/offer-life.ts";
import { sellerOfferOperations } from "./seller/offers.ts";
import { sellerOrderOperations } from "./seller/orders.ts";
import { sellerReassignmentOperations } from "./seller/reassignments.ts";
import { sellerStockOperations } from "./seller/stock.ts";

/** What some operations need beside the transaction that the frame gives them. */
export type Outside = { readonly placing: Placing; readonly doctor: Doctor; readonly orders: OrderRules };

/** All operations of the API: server, policy, reference and tests are driven by this list. */
export function allOperations({ placing, doctor, orders }: Outside): readonly Operation[] {
  return withExports([
    ...operatorSellerOperations,
    ...operatorCompanyOperations,
    ...operatorKeyOperations,
    ...operatorMemberOperations,
    ...operatorHoldOperations,
    ...operatorCreditAccountOperations,
    ...operatorProductOperations,
    ...operatorCategoryOperations,
    ...operatorTaxRateOperations,
    ...operatorCheckoutOperations(orders),
    ...operatorOrderOperations(orders),
    eventsOperation("operator"),
    ...operatorAuditOperations,
    ...operatorDoctorOperations(doctor),
    ...sellerLocationOperations,
    ...sellerOfferOperations,
    ...sellerOfferLifeOperations,
    ...sellerStockOperations(orders),
    ...sellerMovementOperations,
    ...sellerReassignmentOperations,
    ...sellerOrderOperations(orders),
    ...sellerMemberOperations,
    eventsOperation("seller"),
    ...buyerCheckoutOperations(placing, orders),
    ...buyerOrderOperations(orders),
    ...buyerCreditAccountOperations,
    ...buyerMemberOperations,
    eventsOperation("buyer"),
  ]);
}
