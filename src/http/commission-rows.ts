import { stored } from "./catalogue-row.ts";

/** What can be told about commission: the plans it is charged by, its tax, and the statements of it. */
export const commissionRows = {
  "commission-plan-exists": stored(
    409,
    "new_key",
    "The commission plan exists",
    "The validity of a plan for this seller, category and currency meets the one asked for; `commission_plan` names it.",
    "End that plan first, or begin on the day it ends; then use a new key.",
  ),
  "commission-plan-ended": stored(
    409,
    "never",
    "The commission plan has an end",
    "The plan has an end; `valid_until` tells it. What was announced is not moved, and what has ended does not change.",
    "Make another plan that begins where this one ends.",
  ),
  "commission-tax-missing": stored(
    409,
    "new_key",
    "The tax of the commission is not known",
    "The sale bears commission, and the operator's country has no standard rate of tax for it today; `seller` and `country` name them.",
    "Ask the operator to enter the rate; then use a new key.",
  ),
  "commission-statement-closed": stored(
    409,
    "never",
    "The commission statement is closed",
    "The statement was closed with a commission invoice; `closed_at` tells when.",
    "Read the statement; what was charged since stands in the next one.",
  ),
  "commission-statement-empty": stored(
    409,
    "new_key",
    "There is nothing to invoice",
    "A statement is closed when its net is above zero; `net` tells what it is.",
    "Wait until more is charged than was given back; then use a new key.",
  ),
} as const;
