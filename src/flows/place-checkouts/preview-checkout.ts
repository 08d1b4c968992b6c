import { readReferenceUses } from "../../modules/checkouts/index.ts";
import { readCreditAccounts } from "../../modules/companies/index.ts";
import { readLevelsOfOffers } from "../../modules/inventory/index.ts";
import type { Reader } from "../../platform/db/index.ts";
import { readPlacingFacts } from "../../views/read-placing-facts.ts";
import type { PlaceCommand, PlaceOutcome } from "./command.ts";
import { judge } from "./judge.ts";
import type { PlacingMeans } from "./place-checkouts.ts";

/**
 * What placing this command would come to at this moment: the same judge on the same facts, read without a lock. It holds nothing and
 * promises nothing; the ids in its outcome name nothing.
 */
export async function previewCheckout(reader: Reader, command: PlaceCommand, { rules, newId }: PlacingMeans): Promise<PlaceOutcome> {
  const offerIds = [...new Set(command.lines.map(({ offerId }) => offerId))];
  const references = await readReferenceUses(reader, [command]);
  const levels = await readLevelsOfOffers(reader, offerIds);
  const credit = await readCreditAccounts(reader, command.paymentMethod === "on_account" ? [command] : []);
  const facts = await readPlacingFacts(reader, {
    offerIds,
    companyIds: [command.companyId],
    keyIds: [command.keyId],
    addressIds: command.deliveryAddressId === null ? [] : [command.deliveryAddressId],
    countries: [...new Set(levels.map(({ country }) => country))],
  });
  const name = () => newId(facts.now);
  const ids = { checkout: name, order: name, reservation: name, movement: name };
  const [outcome] = judge([command], { facts, levels, credit, references }, rules, ids as Parameters<typeof judge>[3]);
  if (outcome === undefined) throw new Error("one command has one outcome");
  return outcome;
}
