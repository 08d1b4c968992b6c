/**
 * The ids and words that examples speak of. The test that runs every example makes a small market first and puts its ids in the place
 * of these; the reference shows them as they are.
 */
export const example = {
  operator: "opr_01k9zv3n7gfx1t0c5r2m8q4a6b",
  seller: "sel_01k9zv3n7gfx1t0c5r2m8q4a6c",
  company: "cmp_01k9zv3n7gfx1t0c5r2m8q4a6d",
  /** One that has applied, one under review, one that sells and has no orders, one that is suspended; all complete. */
  appliedSeller: "sel_01k9zv3n7gfx1t0c5r2m8q4b0a",
  reviewedSeller: "sel_01k9zv3n7gfx1t0c5r2m8q4b0b",
  idleSeller: "sel_01k9zv3n7gfx1t0c5r2m8q4b0c",
  suspendedSeller: "sel_01k9zv3n7gfx1t0c5r2m8q4b0d",
  pendingCompany: "cmp_01k9zv3n7gfx1t0c5r2m8q4b0e",
  idleCompany: "cmp_01k9zv3n7gfx1t0c5r2m8q4b0f",
  suspendedCompany: "cmp_01k9zv3n7gfx1t0c5r2m8q4b0g",
  address: "adr_01k9zv3n7gfx1t0c5r2m8q4b0h",
  key: "key_01k9zv3n7gfx1t0c5r2m8q4a6e",
  person: "per_01k9zv3n7gfx1t0c5r2m8q4a6f",
  /** One of each tree who is no owner and no admin. */
  operatorMember: "per_01k9zv3n7gfx1t0c5r2m8q4a70",
  sellerMember: "per_01k9zv3n7gfx1t0c5r2m8q4a71",
  companyMember: "per_01k9zv3n7gfx1t0c5r2m8q4a72",
  /** A hold that stands, on the order of the checkout that waits for its money. */
  hold: "hld_01k9zv3n7gfx1t0c5r2m8q4a74",
  companyKey: "key_01k9zv3n7gfx1t0c5r2m8q4a73",
  product: "prd_01k9zv3n7gfx1t0c5r2m8q4a6g",
  variant: "var_01k9zv3n7gfx1t0c5r2m8q4a6h",
  /** A product of which nothing was sold, and one that is withdrawn. */
  spareProduct: "prd_01k9zv3n7gfx1t0c5r2m8q4c02",
  withdrawnProduct: "prd_01k9zv3n7gfx1t0c5r2m8q4c03",
  category: "cat_01k9zv3n7gfx1t0c5r2m8q4c01",
  priceList: "prl_01k9zv3n7gfx1t0c5r2m8q4c06",
  draftOffer: "off_01k9zv3n7gfx1t0c5r2m8q4c04",
  pausedOffer: "off_01k9zv3n7gfx1t0c5r2m8q4c05",
  offer: "off_01k9zv3n7gfx1t0c5r2m8q4a6j",
  location: "loc_01k9zv3n7gfx1t0c5r2m8q4a6k",
  /** In the same country, with 100 units of the offer. */
  secondLocation: "loc_01k9zv3n7gfx1t0c5r2m8q4d01",
  /** A confirmed one, on account. */
  checkout: "chk_01k9zv3n7gfx1t0c5r2m8q4a6m",
  /** One that waits for a bank transfer of 5,950.00 EUR. */
  pendingCheckout: "chk_01k9zv3n7gfx1t0c5r2m8q4a6n",
  /** The order of the confirmed checkout. */
  order: "ord_01k9zv3n7gfx1t0c5r2m8q4a6p",
  /** A confirmed order whose seller asks to deliver less, and that question. */
  askedOrder: "ord_01k9zv3n7gfx1t0c5r2m8q4e01",
  orderRequest: "orq_01k9zv3n7gfx1t0c5r2m8q4e02",
  /** An accepted order of which the company asks to cancel a part, and that question. */
  acceptedOrder: "ord_01k9zv3n7gfx1t0c5r2m8q4e03",
  cancellationRequest: "orq_01k9zv3n7gfx1t0c5r2m8q4e04",
  /** An accepted order with a packed, a shipped, a lost and a refused parcel, and units that are in none; and one that is delivered. */
  shippingOrder: "ord_01k9zv3n7gfx1t0c5r2m8q4f01",
  packedShipment: "shp_01k9zv3n7gfx1t0c5r2m8q4f02",
  shippedShipment: "shp_01k9zv3n7gfx1t0c5r2m8q4f03",
  lostShipment: "shp_01k9zv3n7gfx1t0c5r2m8q4f04",
  refusedShipment: "shp_01k9zv3n7gfx1t0c5r2m8q4f05",
  deliveredOrder: "ord_01k9zv3n7gfx1t0c5r2m8q4f06",
  /** The invoice of the shipped parcel, and the credit note on that of the refused one. */
  invoice: "inv_01k9zv3n7gfx1t0c5r2m8q4f07",
  invoiceNumber: "NORDWIND-2026-000002",
  creditNote: "crn_01k9zv3n7gfx1t0c5r2m8q4f08",
  creditedInvoice: "inv_01k9zv3n7gfx1t0c5r2m8q4f09",
  /** The invoice of what was delivered, which is written off. */
  writtenOffInvoice: "inv_01k9zv3n7gfx1t0c5r2m8q4f0a",
  /** When the parcels may have arrived. */
  arrivedAt: "2026-11-22T18:30:00.000Z",
  /** Of the checkout that waits for its money. */
  paymentReference: "RF6812C4E6F80A1B2C3D4E5F",
  /** A statement of the operator's bank; a line of it that nobody is named for, and one that paid the checkout. */
  bankStatement: "bst_01k9zv3n7gfx1t0c5r2m8q4g10",
  bankLine: "bnl_01k9zv3n7gfx1t0c5r2m8q4g11",
  /** A transfer by which money goes back. The company has 100.00 EUR of free funds when it is spoken of. */
  transfer: "2026-11-22/0815",
  /** The operator's bank, to which a company has paid a checkout, and that transaction. */
  ledgerAccount: "lac_01k9zv3n7gfx1t0c5r2m8q4g01",
  ledgerTransaction: "ltx_01k9zv3n7gfx1t0c5r2m8q4g03",
  taxRate: "txr_01k9zv3n7gfx1t0c5r2m8q4a6r",
  freightPlan: "frp_01k9zv3n7gfx1t0c5r2m8q4d02",
  /** A plan for the seller alone, what it was charged by it for one parcel, and the invoice of a statement that is closed. */
  commissionPlan: "cpl_01k9zv3n7gfx1t0c5r2m8q4h01",
  commissionStatement: "cst_01k9zv3n7gfx1t0c5r2m8q4h02",
  commissionInvoice: "cin_01k9zv3n7gfx1t0c5r2m8q4h03",
  stockOperation: "sto_01k9zv3n7gfx1t0c5r2m8q4a6s",
  movement: "mov_01k9zv3n7gfx1t0c5r2m8q4d02",
  event: "evt_01k9zv3n7gfx1t0c5r2m8q4a6t",
  audit: "aud_01k9zv3n7gfx1t0c5r2m8q4a6v",
  /** The SKU of the variant, and the seller's reference of the offer: 100.00 EUR a piece, tax category `standard`, 19 % in DE. */
  sku: "BOLT-M8-40",
  reference: "M8-40-A2",
  /** The numbers of the seller's documents begin with it. */
  seriesPrefix: "NORDWIND",
  clientReference: "PO-2026-0815",
  time: "2026-11-22T12:00:00.000Z",
  day: "2026-11-23",
} as const;
