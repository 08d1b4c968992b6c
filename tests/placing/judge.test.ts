import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instant } from "../../src/kernel/clock.ts";
import { currency } from "../../src/kernel/money.ts";
import type { ReferenceUse } from "../../src/modules/checkouts/index.ts";
import { type Evidence, judge } from "../../src/flows/place-checkouts/judge.ts";
import type { PlaceCommand, PlaceOutcome } from "../../src/flows/place-checkouts/index.ts";
import type { NewIds } from "../../src/flows/place-checkouts/command.ts";
import { batches, plantings } from "./arbitraries.ts";
import { comparable } from "./comparable.ts";
import { companyOf, keyOf, locationOf, offerOf, plantedOrderRules, type Planting, sellerOf, uuidOf } from "./planted-market.ts";

const seed = 20_261_122;
const rules = { mayPlace: (role: string) => role === "purchaser", payWithinMillis: 3_600_000, orders: plantedOrderRules };
const eur = currency("EUR");
const address = { street: "Street 1", city: "City", postal_code: "10000", country: "DE" };

function evidenceOf({ sellers, companies, stock, limits, unitPrice }: Planting): Evidence {
  const range = (length: number) => Array.from({ length }, (_, index) => index);
  const taxNumbers = [{ country: "DE", number: "DE123456789", checkedAt: null }];
  const party = (name: string) => ({ name, state: "active", onHold: false, taxNumber: "DE123456789", taxNumbers, address });
  const calendar = { timeZone: "Europe/Berlin", workingDays: [1, 2, 3, 4, 5], holidays: [] };
  return {
    facts: {
      now: instant(1_780_000_000_000),
      offers: new Map(
        stock.map((_, index) => [
          offerOf(index),
          {
            ...{
              sellerId: sellerOf(index % sellers),
              offerId: offerOf(index),
              reference: `R${index}`,
              sku: "BOLT",
              title: "Bolt",
              unit: "C62",
            },
            ...{ attributes: {}, currency: eur, unitPrice: BigInt(unitPrice), pricePer: 1, minimum: 1, step: 1 },
            ...{ tierQuantities: [], tierPrices: [], taxCategory: "standard", categoryPath: [] },
            ...{ state: "active", withdrawn: false, leadTimeDays: 0, weightGrams: null },
          },
        ]),
      ),
      sellers: new Map(
        range(sellers).map((index) => [
          sellerOf(index),
          { ...party(`Seller ${index}`), calendar, freightPlans: [], creditRisk: "seller" as const },
        ]),
      ),
      companies: new Map(range(companies).map((index) => [companyOf(index), { ...party(`Company ${index}`), paymentDays: 30 }])),
      roles: new Map(range(companies).map((index) => [keyOf(index), "purchaser"])),
      addresses: new Map(),
      agreedPrices: [],
      commissionPlans: [],
      operatorCountry: null,
      taxRates: [
        {
          ...{ country: "DE", category: "standard", code: "S", ratePpm: 190_000, exemptionCode: null, exemptionText: null },
          ...{ validFrom: "2000-01-01", validUntil: null },
        },
      ],
    },
    levels: stock.map((onHand, index) => ({
      ...{ offerId: offerOf(index), locationId: locationOf(index % sellers), country: "DE" },
      ...{ onHand, reserved: 0, backorderLimit: 0 },
    })),
    credit: limits.flatMap((limit, index) =>
      limit === null ? [] : [{ companyId: companyOf(index), currency: eur, limit: BigInt(limit), used: 0n, closedAt: null }],
    ),
    references: [],
  };
}

function ids(): NewIds {
  let count = 0;
  const next = () => uuidOf<never>(7, (count += 1));
  return { checkout: next, order: next, reservation: next, movement: next };
}

/** The same evidence after an accepted checkout was written: what the next transaction's locks would return. */
function after(evidence: Evidence, command: PlaceCommand, outcome: PlaceOutcome): Evidence {
  if (!outcome.accepted) return evidence;
  const { checkout, reservations } = outcome.placed;
  const units = (offer: string, location: string) =>
    reservations.filter((each) => each.offerId === offer && each.locationId === location).reduce((sum, each) => sum + each.quantity, 0);
  const use: ReferenceUse = {
    ...{ companyId: command.companyId, clientReference: command.clientReference },
    ...{ live: { checkoutId: checkout.checkoutId, state: checkout.state }, ended: null },
  };
  return {
    ...evidence,
    levels: evidence.levels.map((level) => ({ ...level, reserved: level.reserved + units(level.offerId, level.locationId) })),
    credit: evidence.credit.map((account) =>
      account.companyId === command.companyId && command.paymentMethod === "on_account"
        ? { ...account, used: account.used + checkout.total }
        : account,
    ),
    references: [...evidence.references, use],
  };
}

function oneByOne(commands: readonly PlaceCommand[], evidence: Evidence, newIds: NewIds): PlaceOutcome[] {
  let now = evidence;
  return commands.map((command) => {
    const [outcome] = judge([command], now, rules, newIds);
    if (outcome === undefined) throw new Error("one command has one outcome");
    now = after(now, command, outcome);
    return outcome;
  });
}

describe("The judge of placing", () => {
  it("gives a batch the outcomes of its commands one by one", () => {
    fc.assert(
      fc.property(plantings, batches, (planting, commands) => {
        const evidence = evidenceOf(planting);
        expect(comparable(judge(commands, evidence, rules, ids()))).toEqual(comparable(oneByOne(commands, evidence, ids())));
      }),
      { numRuns: 1_000, seed },
    );
  });

  it("is caught by that property when it judges every command on what the first one found", () => {
    const naive = (commands: readonly PlaceCommand[], evidence: Evidence) => {
      const newIds = ids();
      return commands.flatMap((command) => judge([command], evidence, rules, newIds));
    };
    const caught = fc.check(
      fc.property(plantings, batches, (planting, commands) => {
        const evidence = evidenceOf(planting);
        expect(comparable(naive(commands, evidence))).toEqual(comparable(oneByOne(commands, evidence, ids())));
      }),
      { numRuns: 1_000, seed },
    );
    expect(caught.failed).toBe(true);
  });

  it("never takes more units or credit than there is, and a refused command takes nothing", () => {
    fc.assert(
      fc.property(plantings, batches, (planting, commands) => {
        const evidence = evidenceOf(planting);
        const accepted = judge(commands, evidence, rules, ids()).flatMap((outcome) => (outcome.accepted ? [outcome.placed] : []));
        for (const level of evidence.levels) {
          const taken = accepted
            .flatMap(({ reservations }) => reservations)
            .filter(({ offerId }) => offerId === level.offerId)
            .reduce((sum, reservation) => sum + reservation.quantity, 0);
          expect(taken).toBeLessThanOrEqual(level.onHand);
        }
        for (const account of evidence.credit) {
          const charged = accepted
            .filter(({ checkout }) => checkout.companyId === account.companyId && checkout.paymentMethod === "on_account")
            .reduce((sum, { checkout }) => sum + checkout.total, 0n);
          expect(charged).toBeLessThanOrEqual(account.limit);
        }
        for (const { orders, reservations, checkout } of accepted) {
          const ordered = orders.flatMap(({ lines }) => lines).reduce((sum, line) => sum + line.quantity, 0);
          expect(reservations.reduce((sum, reservation) => sum + reservation.quantity, 0)).toBe(ordered);
          expect(orders.reduce((sum, order) => sum + order.total, 0n)).toBe(checkout.total);
        }
      }),
      { numRuns: 1_000, seed },
    );
  });

  it("lets a refused command take nothing from the one behind it", () => {
    const planting = { sellers: 2, companies: 3, stock: [1, 0, 0, 0], limits: [100_000, 100_000, null], unitPrice: 100 };
    const [wantsBoth, wantsOne] = [[0, 1], [0]].map((offers, index) => ({
      ...{ companyId: companyOf(index), keyId: keyOf(index), clientReference: "PO", currency: eur, paymentMethod: "on_account" as const },
      ...{
        lines: offers.map((offer) => ({ offerId: offerOf(offer), quantity: 1 as never })),
        deliveryAddress: null,
        deliveryAddressId: null,
      },
      ...{
        requestedOn: null,
        expectedTotal: null,
        replaces: null,
        idempotencyId: uuidOf<never>(6, index),
        requestId: "req",
        traceparent: null,
      },
    }));
    if (wantsBoth === undefined || wantsOne === undefined) throw new Error("two commands");
    const outcomes = judge([wantsBoth, wantsOne], evidenceOf(planting), rules, ids());
    expect(outcomes.map(({ accepted }) => accepted)).toEqual([false, true]);
    expect(outcomes[0]).toMatchObject({ refusal: { code: "stock-short", lines: [{ line: 1, requested: 1, available: 0 }] } });
  });
});
