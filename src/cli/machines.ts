import { offerMachine } from "../modules/catalog/index.ts";
import { checkoutMachine } from "../modules/checkouts/index.ts";
import { companyMachine } from "../modules/companies/index.ts";
import { invoiceMachine } from "../modules/invoices/index.ts";
import { orderMachine, orderRequestMachine, shipmentMachine } from "../modules/orders/index.ts";
import { bankLineMachine } from "../modules/payments/index.ts";
import { sellerMachine } from "../modules/sellers/index.ts";

/** Every lifecycle there is: what `stoa migrate` writes into the database, and what is drawn in docs/lifecycles.md. */
export const machines = [
  checkoutMachine,
  orderMachine,
  orderRequestMachine,
  shipmentMachine,
  sellerMachine,
  companyMachine,
  offerMachine,
  invoiceMachine,
  bankLineMachine,
];
