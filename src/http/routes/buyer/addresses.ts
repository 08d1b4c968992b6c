import type { Static } from "typebox";
import type { CompanyId } from "../../../kernel/ids.ts";
import { addAddress, changeAddress, findAddress, listAddresses, removeAddress, shownAddress } from "../../../modules/companies/index.ts";
import { type Call, checkVersion, idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { address, closed, idOf, text, version } from "../../shapes.ts";

const params = closed({ id: idOf("address") });
const body = closed({ name: text(200, "Of a place or department, not of a person"), ...address.properties });
const shape = closed({ id: idOf("address"), ...body.properties, version });

const said: Static<typeof body> = {
  ...{ name: "Warehouse south", street: "Hafenstr. 8", city: "Rostock", postal_code: "18147", country: "DE" },
};
const sample: Static<typeof shape> = { id: example.address, ...said, version: 1 };

function own(call: Call): CompanyId {
  return call.principal.organisationId as CompanyId;
}

function asked(call: Call<{ id: string }>) {
  const addressId = idInPath("address", call.params.id);
  return { companyId: own(call), addressId, checkVersion: (current: number) => checkVersion(call, current) };
}

function factsIn({ name, ...place }: Static<typeof body>) {
  return { name, address: place };
}

/** The places to which a company lets goods be delivered. */
export const buyerAddressOperations: readonly Operation[] = [
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "organisation",
    id: "buyer.addresses.create",
    path: "/addresses",
    summary: "Add an address for deliveries",
    body,
    response: shape,
    refusals: [],
    example: { body: said, response: sample },
    async work(tx, call) {
      const made = shownAddress(await addAddress(tx, call, { companyId: own(call), ...factsIn(call.body) }));
      return { body: made, location: `/v1/buyer/addresses/${made.id}`, version: made.version };
    },
  }),
  list({
    id: "buyer.addresses.list",
    path: "/addresses",
    summary: "List addresses for deliveries",
    scope: "organisation",
    item: shape,
    example: { item: sample },
    rows: async (reader, call, window) =>
      (await listAddresses(reader, own(call), window)).map((found) => ({ at: [found.addressId], item: shownAddress(found) })),
  }),
  operation({
    kind: "read",
    scope: "organisation",
    id: "buyer.addresses.read",
    path: "/addresses/{id}",
    summary: "Read an address for deliveries",
    params,
    response: shape,
    refusals: [],
    example: { params: { id: example.address }, response: sample },
    async read(reader, call) {
      const found = (await findAddress(reader, own(call), idInPath("address", call.params.id))) ?? refuseNotFound();
      return { body: shownAddress(found), version: found.version };
    },
  }),
  operation({
    kind: "write",
    method: "PUT",
    status: 200,
    scope: "organisation",
    id: "buyer.addresses.change",
    path: "/addresses/{id}",
    summary: "Change an address for deliveries",
    params,
    body,
    response: shape,
    refusals: ["not-found"],
    example: { params: { id: example.address }, body: said, response: { ...sample, version: 2 } },
    locks: ["company"],
    async work(tx, call) {
      const changed = shownAddress(await changeAddress(tx, call, asked(call), factsIn(call.body)));
      return { body: changed, version: changed.version };
    },
  }),
  operation({
    kind: "write",
    method: "DELETE",
    status: 200,
    scope: "organisation",
    id: "buyer.addresses.remove",
    path: "/addresses/{id}",
    summary: "Remove an address for deliveries",
    params,
    body: closed({}),
    response: shape,
    refusals: ["not-found"],
    example: { params: { id: example.address }, response: { ...sample, version: 2 } },
    locks: ["company"],
    async work(tx, call) {
      const removed = shownAddress(await removeAddress(tx, call, asked(call)));
      return { body: removed, version: removed.version };
    },
  }),
];
