import Type, { type Static } from "typebox";
import { parseCurrency } from "../../kernel/money.ts";
import type { CatalogueFilters } from "../../views/catalogue.ts";
import { idInBody } from "../call.ts";
import { refuse } from "../refuse.ts";
import { closed, currencyCode, idOf, integer, oneOf } from "../shapes.ts";

const mostAttributes = 10;
const longestName = 64;
const longestValue = 200;
const price = (what: string) => integer(0, Number.MAX_SAFE_INTEGER, `${what} for one unit, in the minor unit of \`currency\``);

/** How a list of products and a search are narrowed down. */
export const catalogueFilters = closed({
  category: Type.Optional(Type.Unsafe<string>({ ...idOf("category"), description: "This one and all below it" })),
  seller: Type.Optional(idOf("seller")),
  currency: Type.Optional(currencyCode),
  price_from: Type.Optional(price("The least price")),
  price_to: Type.Optional(price("The highest price")),
  attribute: Type.Optional(
    Type.Array(Type.String({ minLength: 3, maxLength: longestName + 1 + longestValue }), {
      minItems: 1,
      maxItems: mostAttributes,
      description: "`name:value`; may be given several times: all of them on one variant",
    }),
  ),
  in_stock: Type.Optional(oneOf(["true", "false"])),
});

/** @throws Refused request-invalid for a price without a currency, and for an attribute that has no name, or one that another has */
export function filtersOf(asked: Static<typeof catalogueFilters>): CatalogueFilters {
  const { category, seller, currency, price_from: from, price_to: to, attribute, in_stock: inStock } = asked;
  if (currency === undefined && (from !== undefined || to !== undefined)) {
    throw refuse("request-invalid", { errors: [{ pointer: "/currency", detail: "is missing: a price is one of a currency" }] });
  }
  return {
    categoryId: category === undefined ? null : idInBody("category", category, "/category"),
    sellerId: seller === undefined ? null : idInBody("seller", seller, "/seller"),
    currency: currency === undefined ? null : (parseCurrency(currency) ?? null),
    priceFrom: from === undefined ? null : BigInt(from),
    priceTo: to === undefined ? null : BigInt(to),
    attributes: attribute === undefined ? null : attributesOf(attribute),
    inStock: inStock === "true",
  };
}

function attributesOf(asked: readonly string[]): { readonly [name: string]: string } {
  const pairs = asked.map((text, index) => {
    const at = text.indexOf(":");
    const [name, value] = [text.slice(0, at), text.slice(at + 1)];
    if (at < 1 || value === "" || name.length > longestName || value.length > longestValue) {
      throw wrongAttribute(index, "must be a name, a colon and a value, as in material:A2");
    }
    return [name, value] as const;
  });
  const repeated = pairs.findIndex(([name], index) => pairs.findIndex(([other]) => other === name) < index);
  if (repeated !== -1) throw wrongAttribute(repeated, "names an attribute that another filter names");
  return Object.fromEntries(pairs);
}

function wrongAttribute(index: number, detail: string) {
  return refuse("request-invalid", { errors: [{ pointer: `/attribute/${index}`, detail }] });
}
