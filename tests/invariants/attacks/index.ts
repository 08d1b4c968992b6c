import type { Attack } from "../attack.ts";
import { revokedKey, sameKeyAtOnce, sameKeyOfManyTenants, sameReferenceAtOnce } from "./keys.ts";
import {
  acceptAgainstCancel,
  acceptAgainstDeadline,
  acceptAgainstReject,
  grantAgainstWithdraw,
  linesAtOnce,
  unitsAtOnce,
} from "./order-answers.ts";
import { cancelOnce, creditLimit, expiredOnce, expiryAgainstConfirmation, staleVersion } from "./orders.ts";
import {
  adjustAgainstShip,
  cancelRestAgainstShip,
  deliverAgainstLose,
  holdAgainstShip,
  packAgainstCancellingUnits,
  parcelsOfOneLine,
  refuseAgainstLose,
  shipAgainstCancel,
  shipOnce,
} from "./shipments.ts";
import { adjustAgainstPlacing, crossingOrders, lastUnit, oneShortOfThirty, refusedTakesNothing, twoLinesOneLevel } from "./stock.ts";
import {
  limitAgainstPlacing,
  reassignmentAgainstCancelling,
  receiptAgainstCancelling,
  shortfallAgainstPlacing,
  transferAgainstPlacing,
} from "./stock-operations.ts";

/** Every attack over HTTP. */
export const attacks: readonly Attack[] = [
  // Those that move the clock by days come first: the orders that the others leave behind would all be due then, before their own.
  expiryAgainstConfirmation,
  expiredOnce,
  acceptAgainstDeadline,
  lastUnit,
  twoLinesOneLevel,
  crossingOrders,
  refusedTakesNothing,
  oneShortOfThirty,
  adjustAgainstPlacing,
  transferAgainstPlacing,
  limitAgainstPlacing,
  receiptAgainstCancelling,
  reassignmentAgainstCancelling,
  shortfallAgainstPlacing,
  creditLimit,
  sameKeyAtOnce,
  sameKeyOfManyTenants,
  sameReferenceAtOnce,
  revokedKey,
  cancelOnce,
  staleVersion,
  acceptAgainstReject,
  acceptAgainstCancel,
  grantAgainstWithdraw,
  unitsAtOnce,
  linesAtOnce,
  shipOnce,
  parcelsOfOneLine,
  shipAgainstCancel,
  packAgainstCancellingUnits,
  cancelRestAgainstShip,
  adjustAgainstShip,
  holdAgainstShip,
  deliverAgainstLose,
  refuseAgainstLose,
];
