import { afterAll, expect, test } from "vitest";
import type { Attack } from "./attack.ts";
import { revokedKey, sameKeyAtOnce, sameKeyOfManyTenants, sameReferenceAtOnce } from "./attacks/keys.ts";
import { acceptAgainstCancel, acceptAgainstReject, grantAgainstWithdraw, linesAtOnce, unitsAtOnce } from "./attacks/order-answers.ts";
import { cancelOnce, creditLimit, expiredOnce, expiryAgainstConfirmation, staleVersion } from "./attacks/orders.ts";
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
} from "./attacks/shipments.ts";
import {
  adjustAgainstPlacing,
  crossingOrders,
  lastUnit,
  oneShortOfThirty,
  refusedTakesNothing,
  twoLinesOneLevel,
} from "./attacks/stock.ts";
import {
  limitAgainstPlacing,
  reassignmentAgainstCancelling,
  receiptAgainstCancelling,
  shortfallAgainstPlacing,
  transferAgainstPlacing,
} from "./attacks/stock-operations.ts";
import { openNaiveMarket, type Flaw } from "./naive-market.ts";

const opened: { close(): void }[] = [];
afterAll(() => {
  for (const market of opened) market.close();
});

const found: [Attack, Flaw, RegExp][] = [
  [lastUnit, "reads then writes", /placed/],
  [twoLinesOneLevel, "reads then writes", /two lines, one unit/],
  [crossingOrders, "takes as it goes", /deadlock/],
  [refusedTakesNothing, "takes as it goes", /X alone/],
  [oneShortOfThirty, "takes as it goes", /held at once/],
  [adjustAgainstPlacing, "reads then writes", /winners/],
  [transferAgainstPlacing, "reads then writes", /legal levels/],
  [limitAgainstPlacing, "reads then writes", /legal levels/],
  [receiptAgainstCancelling, "reads then writes", /cancelled/],
  [reassignmentAgainstCancelling, "reads then writes", /levels/],
  [shortfallAgainstPlacing, "reads then writes", /legal levels/],
  [sameKeyAtOnce, "reads then writes", /different answers/],
  [sameKeyOfManyTenants, "reads then writes", /replays/],
  [sameReferenceAtOnce, "reads then writes", /placed/],
  [revokedKey, "reads then writes", /revoked/],
  [cancelOnce, "reads then writes", /cancelled/],
  [creditLimit, "reads then writes", /placed/],
  [staleVersion, "reads then writes", /stale/],
  [expiryAgainstConfirmation, "reads then writes", /receipt|held/],
  [expiredOnce, "reads then writes", /versions/],
  [acceptAgainstReject, "reads then writes", /answered/],
  [acceptAgainstCancel, "reads then writes", /answers|order/],
  [grantAgainstWithdraw, "reads then writes", /question/],
  [unitsAtOnce, "reads then writes", /units cancelled/],
  [linesAtOnce, "reads then writes", /order/],
  [shipOnce, "reads then writes", /shipped/],
  [parcelsOfOneLine, "reads then writes", /shipped/],
  [shipAgainstCancel, "reads then writes", /ended/],
  [packAgainstCancellingUnits, "reads then writes", /winners/],
  [cancelRestAgainstShip, "reads then writes", /order/],
  [adjustAgainstShip, "reads then writes", /winners/],
  [holdAgainstShip, "reads then writes", /behind the hold/],
  [deliverAgainstLose, "reads then writes", /ended/],
  [refuseAgainstLose, "reads then writes", /ended/],
];

test.each(found.map(([attack, flaw, finding]) => ({ attack, flaw, finding, name: attack.sentence })))(
  "a market that does it the naive way is caught: $name",
  async ({ attack, flaw, finding }) => {
    const market = await openNaiveMarket(flaw);
    opened.push(market);
    const findings = await attack.run(market, 10);
    expect(findings.join("\n")).toMatch(finding);
  },
);
