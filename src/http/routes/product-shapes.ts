import Type, { type Static, type TSchema } from "typebox";
import { mostVariants, unitCodes, unitName } from "../../modules/catalog/index.ts";
import { example } from "../examples.ts";
import { attributes, closed, idOf, instant, integer, listOf, name, oneOf, text, version } from "../shapes.ts";

const gtin = Type.String({ maxLength: 14, description: "GTIN-8, -12, -13 or -14 with its check digit" });
const weight = integer(0, 1_000_000_000, "Grams of one unit with its packing");
const unit = Type.Unsafe<(typeof unitCodes)[number]>({
  ...oneOf(unitCodes),
  description: `What a quantity counts: UN/ECE Recommendation 20, packages by Recommendation 21 with X before the code. ${unitCodes
    .map((code) => `${code} ${unitName(code)}`)
    .join(", ")}`,
});
const several = Type.String({
  maxLength: 5_000,
  pattern: "^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f]*$",
  description: "Text of several lines",
});

/** A text that may be missing: null. */
function orNull<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()]);
}

/** A variant as an operator gives it. */
export const givenVariant = closed({
  sku: name(64, "Names one variant of the market, for ever"),
  title: text(200),
  unit,
  attributes,
  gtin: Type.Optional(orNull(gtin)),
  weight_grams: Type.Optional(orNull(weight)),
});

/** A product as an operator gives it. */
export const givenProduct = closed({
  title: text(200),
  description: Type.Optional(several),
  brand: Type.Optional(orNull(text(100))),
  category: Type.Optional(orNull(idOf("category"))),
  variants: listOf(givenVariant, 1, mostVariants),
});

/** What everybody may know of a variant. */
export const variantWords = {
  id: idOf("variant"),
  sku: text(64),
  title: text(200),
  unit: text(20),
  attributes,
  gtin: orNull(text(14)),
  weight_grams: orNull(weight),
};

/** A product as the operator sees it. */
export const product = closed({
  id: idOf("product"),
  title: text(200),
  description: several,
  brand: orNull(text(100)),
  category: orNull(idOf("category")),
  variants: listOf(closed(variantWords), 1, mostVariants),
  withdrawn_at: orNull(instant),
  version,
  allowed_actions: listOf(oneOf(["change", "withdraw", "restore"]), 0, 3),
});

/** A variant of the reference. */
export const variantSample = {
  ...{ id: example.variant, sku: example.sku, title: "M8 x 40, A2", unit: "C62", attributes: { material: "A2" } },
  ...{ gtin: "4006381333931", weight_grams: 22 },
};

/** A product of the reference. */
export const productSample: Static<typeof product> = {
  ...{ id: example.product, title: "Hexagon bolt M8", description: "Full thread, DIN 933.", brand: "Nordwind", category: example.category },
  ...{ variants: [variantSample], withdrawn_at: null, version: 1, allowed_actions: ["change", "withdraw"] },
};
