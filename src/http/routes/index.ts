import { withExports } from "../export.ts";
import type { OrderRules } from "../../modules/orders/index.ts";
import type { PaymentRules } from "../../modules/payments/index.ts";
import type { Operation } from "../operation.ts";
import { buyerAddressOperations } from "./buyer/addresses.ts";
import { type Browse, buyerCatalogueOperations } from "./buyer/catalogue.ts";
import { buyerCheckoutOperations, type Placing } from "./buyer/checkouts.ts";
import { buyerCreditAccountOperations } from "./buyer/credit-accounts.ts";
import { buyerFundsOperations } from "./buyer/funds.ts";
import { buyerMemberOperations } from "./buyer/members.ts";
import { buyerOrderOperations } from "./buyer/orders.ts";
import { buyerProfileOperations } from "./buyer/profile.ts";
import { buyerShipmentOperations } from "./buyer/shipments.ts";
import { buyerPriceListOperations } from "./buyer/price-lists.ts";
import { operatorCommissionStatementOperations, sellerCommissionStatementOperations } from "./commission-statement-operations.ts";
import { creditInvoiceOperation } from "./credit-invoice-operation.ts";
import { creditNoteOperations } from "./credit-note-operations.ts";
import { eventsOperation } from "./events.ts";
import { invoiceOperations } from "./invoice-operations.ts";
import { ledgerOperations } from "./ledger-operations.ts";
import { operatorAuditOperations } from "./operator/audit.ts";
import { operatorBankLineOperations } from "./operator/bank-lines.ts";
import { operatorBankStatementOperations } from "./operator/bank-statements.ts";
import { operatorCategoryOperations } from "./operator/categories.ts";
import { operatorCheckoutOperations } from "./operator/checkouts.ts";
import { operatorCommissionPlanOperations } from "./operator/commission-plans.ts";
import { operatorCompanyOperations } from "./operator/companies.ts";
import { operatorCompanyFundsOperations } from "./operator/company-funds.ts";
import { operatorCompanyLifeOperations } from "./operator/company-lives.ts";
import { operatorCreditAccountOperations } from "./operator/credit-accounts.ts";
import { type Doctor, operatorDoctorOperations } from "./operator/doctor.ts";
import { operatorHoldOperations } from "./operator/holds.ts";
import { operatorKeyOperations } from "./operator/keys.ts";
import { operatorLedgerOperations } from "./operator/ledger.ts";
import { operatorMemberOperations } from "./operator/members.ts";
import { operatorOrderOperations } from "./operator/orders.ts";
import { operatorProductOperations } from "./operator/products.ts";
import { operatorProfileOperations } from "./operator/profile.ts";
import { operatorSellerLifeOperations } from "./operator/seller-lives.ts";
import { operatorSellerOperations } from "./operator/sellers.ts";
import { operatorShipmentOperations } from "./operator/shipments.ts";
import { operatorTaxRateOperations } from "./operator/tax-rates.ts";
import { operatorWriteOffOperations } from "./operator/write-offs.ts";
import { publicRegistrationOperations } from "./public/registrations.ts";
import { publicSellerOperations } from "./public/sellers.ts";
import { publicCatalogueOperations } from "./public/catalogue.ts";
import { publicSearchOperations } from "./public/search.ts";
import { sellerFreightPlanOperations } from "./seller/freight-plans.ts";
import { operatorSellerContractOperations, sellerContractOperations } from "./seller-contract-operations.ts";
import { sellerLocationOperations } from "./seller/locations.ts";
import { sellerMovementOperations } from "./seller/movements.ts";
import { sellerMemberOperations } from "./seller/members.ts";
import { sellerOfferLifeOperations } from "./seller/offer-life.ts";
import { sellerOfferOperations } from "./seller/offers.ts";
import { sellerOrderOperations } from "./seller/orders.ts";
import { sellerProfileOperations } from "./seller/profile.ts";
import { sellerReassignmentOperations } from "./seller/reassignments.ts";
import { sellerPriceListRowOperations } from "./seller/price-list-rows.ts";
import { sellerPriceListOperations } from "./seller/price-lists.ts";
import { sellerShipmentOperations } from "./seller/shipments.ts";
import { sellerTogetherOperations } from "./seller/together.ts";
import { sellerStockOperations } from "./seller/stock.ts";

/** What some operations need beside the transaction that the frame gives them. */
export type Outside = {
  readonly placing: Placing;
  readonly doctor: Doctor;
  readonly orders: OrderRules;
  readonly payments: PaymentRules;
  readonly browse: Browse;
};

/** All operations of the API: server, policy, reference and tests are driven by this list. */
export function allOperations({ placing, doctor, orders, payments, browse }: Outside): readonly Operation[] {
  return withExports([
    ...operatorProfileOperations,
    ...operatorSellerOperations,
    ...operatorSellerLifeOperations,
    ...operatorCompanyOperations,
    ...operatorCompanyLifeOperations,
    ...operatorKeyOperations,
    ...operatorMemberOperations,
    ...operatorHoldOperations,
    ...operatorCreditAccountOperations,
    ...operatorProductOperations,
    ...operatorCategoryOperations,
    ...operatorTaxRateOperations,
    ...operatorCommissionPlanOperations,
    ...operatorSellerContractOperations,
    ...operatorCommissionStatementOperations,
    ...operatorCheckoutOperations(orders),
    ...operatorOrderOperations(orders),
    ...operatorShipmentOperations(orders),
    ...invoiceOperations("operator"),
    ...creditNoteOperations("operator"),
    creditInvoiceOperation("operator"),
    ...operatorWriteOffOperations,
    ...operatorBankStatementOperations(orders, payments),
    ...operatorBankLineOperations(orders, payments),
    ...operatorCompanyFundsOperations,
    ...operatorLedgerOperations,
    eventsOperation("operator"),
    ...operatorAuditOperations,
    ...operatorDoctorOperations(doctor),
    ...sellerProfileOperations,
    ...sellerLocationOperations,
    ...sellerOfferOperations,
    ...sellerOfferLifeOperations,
    ...sellerPriceListOperations,
    ...sellerPriceListRowOperations,
    ...sellerFreightPlanOperations,
    ...sellerStockOperations(orders),
    ...sellerMovementOperations,
    ...sellerReassignmentOperations,
    ...sellerOrderOperations(orders),
    ...sellerShipmentOperations(orders),
    ...invoiceOperations("seller"),
    ...creditNoteOperations("seller"),
    creditInvoiceOperation("seller"),
    ...sellerTogetherOperations(orders),
    ...sellerContractOperations,
    ...sellerCommissionStatementOperations,
    ...ledgerOperations("seller"),
    ...sellerMemberOperations,
    eventsOperation("seller"),
    ...buyerProfileOperations,
    ...buyerAddressOperations,
    ...buyerCheckoutOperations(placing, orders),
    ...buyerOrderOperations(orders),
    ...buyerShipmentOperations(orders),
    ...invoiceOperations("buyer"),
    ...creditNoteOperations("buyer"),
    ...buyerCreditAccountOperations,
    ...buyerFundsOperations,
    ...ledgerOperations("buyer"),
    ...buyerPriceListOperations,
    ...buyerCatalogueOperations(browse),
    ...buyerMemberOperations,
    eventsOperation("buyer"),
    ...publicCatalogueOperations,
    ...publicSearchOperations,
    ...publicRegistrationOperations,
    ...publicSellerOperations,
  ]);
}
