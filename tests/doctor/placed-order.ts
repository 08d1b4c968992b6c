/** An order that was placed, and where. */
export type PlacedOrder = { readonly checkoutId: string; readonly orderId: string; readonly sellerId: string };
