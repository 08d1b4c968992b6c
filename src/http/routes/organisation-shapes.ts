import Type from "typebox";
import { example } from "../examples.ts";
import { address, closed, text } from "../shapes.ts";

/** What an operator says of a new seller or company. The contact's data goes to the person's own row and is shown nowhere else. */
export const newOrganisation = closed({
  name: text(200),
  address,
  tax_number: Type.Optional(text(40)),
  contact: closed({
    name: text(200),
    email: Type.String({
      maxLength: 254,
      pattern: "^[^\\s@\\u0000-\\u001f]+@[^\\s@\\u0000-\\u001f]+$",
      description: "An address with one @",
    }),
    phone: Type.Optional(text(40)),
  }),
});

/** An example of such a body. */
export const newOrganisationExample = {
  name: "Nordwind Fasteners",
  address: { street: "Speicherstr. 4", city: "Hamburg", postal_code: "20457", country: "DE" },
  tax_number: "DE123456789",
  contact: { name: "Kim Meyer", email: "kim.meyer@example.com", phone: "+49 40 1234567" },
};

/** What the example is shown as, beside its id. */
export const organisationExample = {
  name: newOrganisationExample.name,
  address: newOrganisationExample.address,
  tax_number: newOrganisationExample.tax_number,
  contact_person: example.person,
  version: 1,
};
