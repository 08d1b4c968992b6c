import Type, { type Static } from "typebox";
import { readOperatorProfile, setOperatorProfile, shownOperatorProfile } from "../../../modules/identity/index.ts";
import { checkVersion, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { type Operation, operation } from "../../operation.ts";
import { address, closed, instant, patternWith, text, version } from "../../shapes.ts";
import { nullable, seriesPrefix } from "../organisation-shapes.ts";

const iban = Type.String({
  maxLength: 34,
  pattern: patternWith("^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$", "must be an IBAN in capital letters and digits, without spaces"),
  description: "The account that companies pay to, without spaces",
});
const bic = Type.String({
  maxLength: 11,
  pattern: patternWith("^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$", "must be a BIC of 8 or 11 capital letters and digits"),
});
const facts = {
  name: text(200),
  address,
  tax_number: text(40, "That of the country of the address"),
  iban,
  account_holder: text(200),
  series_prefix: seriesPrefix,
  time_zone: text(64, "A name of the IANA time zone database: in it the days of the operator's documents are told"),
};
const profile = closed({
  ...facts,
  registration_number: nullable(text(40)),
  bic: nullable(bic),
  version,
  changed_at: instant,
});
const said = {
  name: "Stoa Marketplace GmbH",
  address: { street: "Am Markt 1", city: "Hamburg", postal_code: "20095", country: "DE" },
  tax_number: "DE811111117",
  registration_number: "HRB 200300",
  iban: "DE02120300000000202051",
  bic: "BYLADEM1001",
  account_holder: "Stoa Marketplace GmbH",
  series_prefix: "STOA",
  time_zone: "Europe/Berlin",
};
const sample: Static<typeof profile> = { ...said, version: 2, changed_at: example.time };

/** Who the operator is: it collects in the sellers' names, on its account, and issues commission invoices. */
export const operatorProfileOperations: readonly Operation[] = [
  operation({
    kind: "read",
    scope: "operator",
    id: "operator.profile.read",
    path: "/profile",
    summary: "Read the operator's profile",
    response: profile,
    refusals: ["not-found"],
    example: { response: sample },
    async read(reader) {
      const found = (await readOperatorProfile(reader)) ?? refuseNotFound();
      return { body: shownOperatorProfile(found), version: found.version };
    },
  }),
  operation({
    kind: "write",
    method: "PUT",
    status: 200,
    scope: "operator",
    id: "operator.profile.change",
    path: "/profile",
    summary: "Say who the operator is: no seller sells before",
    body: closed({ ...facts, registration_number: Type.Optional(text(40)), bic: Type.Optional(bic) }),
    response: profile,
    refusals: ["request-invalid", "series-prefix-taken", "series-prefix-fixed"],
    example: { body: said, response: sample },
    async work(tx, call) {
      const { name, address: at, tax_number: taxNumber, registration_number: registrationNumber = null } = call.body;
      const { iban: account, bic: bank = null, account_holder: accountHolder } = call.body;
      const { series_prefix: prefix, time_zone: timeZone } = call.body;
      const told = { name, address: at, taxNumber, registrationNumber, iban: account, bic: bank, accountHolder };
      const written = await setOperatorProfile(tx, call, { ...told, seriesPrefix: prefix, timeZone }, (current) =>
        checkVersion(call, current),
      );
      return { body: shownOperatorProfile(written), version: written.version };
    },
  }),
];
