import Type from "typebox";
import { declareSetting } from "./setting.ts";

export const receiptToleranceMinor = declareSetting({
  name: "receipt_tolerance_minor",
  schema: Type.Integer({ minimum: 0, maximum: 1_000 }),
  default: 0,
  unit: "minor units of the invoice's currency",
  risk: "low",
  description: "By how much an invoice may be short after a receipt and is settled all the same; the operator bears it as rounding.",
});
