import type { ShipmentId } from "../kernel/ids.ts";

/** An amendment of an order's tax as the statements that read orders and parcels give it. Amounts are minor units of its currency. */
export type TaxAmendmentView = {
  readonly number: number;
  readonly shipment_id: ShipmentId;
  readonly tax_category: string;
  readonly from_code: string;
  readonly from_rate_ppm: number;
  readonly from_tax: string;
  readonly to_code: string;
  readonly to_rate_ppm: number;
  readonly to_tax: string;
  readonly exemption_code: string | null;
  readonly exemption_text: string | null;
  readonly net: string;
  readonly supplied_on: string;
  readonly cause: string;
  readonly at_millis: number;
};
