import { type Role, roles } from "../modules/identity/index.ts";

const everyOperator = roles.operator;
const everySeller = roles.seller;
const everyBuyer = roles.company;

/** Whoever asks, with a key or without: the rule of the public tree, and of no other. */
export const everybody = "everybody";

/** Who may call one operation. */
export type Rule = readonly Role[] | typeof everybody;

/** The rules of a server, by the ids of its operations. */
export type Policy = Readonly<Record<string, Rule>>;

/**
 * Who may do what: a row for each operation, by its id. The first word of the id is the audience, and so the kind of organisation whose
 * keys may call it. An operation without a row does not start, nor does a row without an operation.
 */
export const policy: Policy = {
  "operator.sellers.create": ["admin", "support"],
  "operator.sellers.list": everyOperator,
  "operator.sellers.read": everyOperator,
  "operator.companies.create": ["admin", "support"],
  "operator.companies.list": everyOperator,
  "operator.companies.read": everyOperator,
  "operator.sellers.create-key": ["admin"],
  "operator.companies.create-key": ["admin"],
  "operator.keys.create": ["admin"],
  "operator.keys.revoke": ["admin"],
  "operator.keys.list": ["admin"],
  "operator.members.create": ["admin"],
  "operator.members.change-role": ["admin"],
  "operator.members.remove": ["admin"],
  "operator.members.create-key": ["admin"],
  "operator.members.read": ["admin"],
  "operator.members.list": ["admin"],
  "operator.seller-members.create": ["admin"],
  "operator.seller-members.change-role": ["admin"],
  "operator.seller-members.remove": ["admin"],
  "operator.seller-members.create-key": ["admin"],
  "operator.seller-members.read": ["admin"],
  "operator.seller-members.list": ["admin"],
  "operator.company-members.create": ["admin"],
  "operator.company-members.change-role": ["admin"],
  "operator.company-members.remove": ["admin"],
  "operator.company-members.create-key": ["admin"],
  "operator.company-members.read": ["admin"],
  "operator.company-members.list": ["admin"],
  "operator.credit-accounts.create": ["admin", "finance"],
  "operator.credit-accounts.change-limit": ["admin", "finance"],
  "operator.credit-accounts.list": everyOperator,
  "operator.credit-accounts.read": everyOperator,
  "operator.products.create": ["admin", "support"],
  "operator.products.list": everyOperator,
  "operator.products.read": everyOperator,
  "operator.products.change": ["admin", "support"],
  "operator.products.add-variants": ["admin", "support"],
  "operator.products.withdraw": ["admin", "support"],
  "operator.products.restore": ["admin", "support"],
  "operator.categories.create": ["admin", "support"],
  "operator.categories.change": ["admin", "support"],
  "operator.categories.list": everyOperator,
  "operator.categories.read": everyOperator,
  "operator.tax-rates.create": ["admin", "finance"],
  "operator.tax-rates.list": everyOperator,
  "operator.checkouts.record-receipt": ["admin", "finance"],
  "operator.checkouts.list": everyOperator,
  "operator.checkouts.read": everyOperator,
  "operator.orders.list": everyOperator,
  "operator.orders.export": everyOperator,
  "operator.orders.read": everyOperator,
  "operator.events.read": everyOperator,
  "operator.audit.list": ["admin", "finance"],
  "operator.doctor.run": ["admin", "support"],
  "seller.locations.create": ["owner", "manager"],
  "seller.locations.list": everySeller,
  "seller.locations.read": everySeller,
  "seller.offers.upsert": ["owner", "manager"],
  "seller.offers.activate": ["owner", "manager"],
  "seller.offers.pause": ["owner", "manager"],
  "seller.offers.resume": ["owner", "manager"],
  "seller.offers.archive": ["owner", "manager"],
  "seller.offers.move": ["owner", "manager"],
  "seller.offers.list": everySeller,
  "seller.offers.export": everySeller,
  "seller.offers.read": everySeller,
  "seller.stock.receive": ["owner", "manager", "fulfilment"],
  "seller.stock.adjust": ["owner", "manager", "fulfilment"],
  "seller.stock.restock": ["owner", "manager", "fulfilment"],
  "seller.stock.transfer": ["owner", "manager", "fulfilment"],
  "seller.stock.limit": ["owner", "manager", "fulfilment"],
  "seller.stock.list": everySeller,
  "seller.stock.export": everySeller,
  "seller.movements.list": everySeller,
  "seller.movements.export": everySeller,
  "seller.orders.reassign": ["owner", "manager", "fulfilment"],
  "seller.orders.list": everySeller,
  "seller.orders.export": everySeller,
  "seller.orders.read": everySeller,
  "seller.orders.cancel": ["owner", "manager"],
  "seller.members.create": ["owner"],
  "seller.members.change-role": ["owner"],
  "seller.members.remove": ["owner"],
  "seller.members.create-key": ["owner"],
  "seller.members.read": ["owner"],
  "seller.members.list": ["owner"],
  "seller.keys.revoke": ["owner"],
  "seller.keys.list": ["owner"],
  "seller.events.read": everySeller,
  "buyer.checkouts.place": ["owner", "approver", "purchaser"],
  "buyer.checkouts.preview": everyBuyer,
  "buyer.checkouts.list": everyBuyer,
  "buyer.checkouts.read": everyBuyer,
  "buyer.checkouts.cancel": ["owner", "approver", "purchaser"],
  "buyer.orders.list": everyBuyer,
  "buyer.orders.export": everyBuyer,
  "buyer.orders.read": everyBuyer,
  "buyer.orders.cancel": ["owner", "approver", "purchaser"],
  "buyer.credit-accounts.list": everyBuyer,
  "buyer.members.create": ["owner"],
  "buyer.members.change-role": ["owner"],
  "buyer.members.remove": ["owner"],
  "buyer.members.create-key": ["owner"],
  "buyer.members.read": ["owner"],
  "buyer.members.list": ["owner"],
  "buyer.keys.revoke": ["owner"],
  "buyer.keys.list": ["owner"],
  "buyer.events.read": everyBuyer,
};

/** The roles that may call an operation; none when the policy has no row for it, or lets in everybody. */
export function rolesFor(operationId: string): readonly Role[] {
  const rule = policy[operationId] ?? [];
  return rule === everybody ? [] : rule;
}
