/** An order of the naive market, with how many of its units are where. */
export type ShippedOrder = {
  readonly id: string;
  state: string;
  readonly lines: readonly { readonly offer: string; readonly quantity: number }[];
  packed: number;
  shipped: number;
  cancelled: number;
};

type Parcel = { readonly id: string; readonly number: number; readonly order: ShippedOrder; state: string; readonly quantity: number };
type Reply = { status: number; body: Record<string, unknown> };

/** What of the naive market its shipments use. */
export type NaiveMeans = {
  readonly level: (offer: string) => { onHand: number; reserved: number };
  readonly id: (prefix: string) => string;
  readonly refuse: (status: number, code: string) => Reply;
  readonly roundTrip: () => Promise<void>;
};

/** All units of an order. */
export function unitsOf({ lines }: Pick<ShippedOrder, "lines">): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** Shipments as they are first built: looked at, and after a pause written. */
export function naiveShipments({ level, id, refuse, roundTrip }: NaiveMeans) {
  const parcels = new Map<string, Parcel>();
  const move = (order: ShippedOrder, quantity: number, onHand: number) => {
    const [line] = order.lines;
    if (line === undefined) return;
    level(line.offer).reserved -= quantity;
    level(line.offer).onHand -= onHand;
  };
  const settle = (order: ShippedOrder) => {
    if (order.shipped > 0) order.state = order.shipped + order.cancelled >= unitsOf(order) ? "shipped" : "partially_shipped";
  };
  const shownParcel = ({ id: name, number, state }: Parcel): Reply => ({ status: 200, body: { id: name, number, state } });
  const ship = async (parcel: Parcel): Promise<Reply> => {
    const { order, quantity } = parcel;
    if (parcel.state !== "packed") return refuse(409, "state-conflict");
    const sofar = order.shipped;
    await roundTrip();
    parcel.state = "shipped";
    order.packed -= quantity;
    order.shipped = sofar + quantity;
    move(order, quantity, quantity);
    settle(order);
    return shownParcel(parcel);
  };
  const pack = async (order: ShippedOrder, body: Record<string, unknown>): Promise<Reply> => {
    const quantity = (body["lines"] as { quantity: number }[])[0]?.quantity ?? 0;
    if (order.state !== "accepted" && order.state !== "partially_shipped") return refuse(409, "state-conflict");
    if (quantity > unitsOf(order) - order.packed - order.shipped - order.cancelled) return refuse(409, "units-not-open");
    const number = [...parcels.values()].filter((parcel) => parcel.order === order).length + 1;
    await roundTrip();
    order.packed += quantity;
    const parcel = { id: id("shp"), number, order, state: "packed", quantity };
    parcels.set(parcel.id, parcel);
    return { ...(body["ship"] === true ? await ship(parcel) : shownParcel(parcel)), status: 201 };
  };
  const handle = async (parcel: Parcel, verb: string | undefined): Promise<Reply> => {
    if (verb === "ship") return ship(parcel);
    if (parcel.state !== (verb === "cancel" ? "packed" : "shipped")) return refuse(409, "state-conflict");
    await roundTrip();
    if (verb === "cancel") parcel.order.packed -= parcel.quantity;
    parcel.state = { cancel: "cancelled", lose: "lost", refuse: "refused" }[String(verb)] ?? "delivered";
    if (parcel.state === "delivered" || parcel.state === "refused") parcel.order.state = "delivered";
    return shownParcel(parcel);
  };
  const cancelUnits = async (order: ShippedOrder): Promise<Reply> => {
    const open = unitsOf(order) - order.packed - order.shipped - order.cancelled;
    if (open === 0) return refuse(409, "units-not-open");
    const { state } = order;
    await roundTrip();
    order.cancelled += open;
    move(order, open, 0);
    order.state = order.packed + order.shipped === 0 ? "cancelled" : state;
    return { status: 200, body: { id: order.id, state: order.state } };
  };
  return { parcels, pack, handle, cancelUnits, shownParcel };
}
