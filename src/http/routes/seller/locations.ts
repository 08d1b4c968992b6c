import type { SellerId } from "../../../kernel/ids.ts";
import { addLocation, findLocation, listLocations, shownLocation } from "../../../modules/inventory/index.ts";
import { idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, countryCode, idOf, text, version } from "../../shapes.ts";

const location = closed({ id: idOf("location"), name: text(100), country: countryCode, version });
const sample = { id: example.location, name: "Hamburg", country: "DE", version: 1 };

export const sellerLocationOperations: readonly Operation[] = [
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "organisation",
    id: "seller.locations.create",
    path: "/locations",
    summary: "Add a location",
    body: closed({ name: text(100), country: countryCode }),
    response: location,
    refusals: ["name-taken"],
    example: { body: { name: "Bremen", country: "DE" }, response: { ...sample, name: "Bremen" } },
    async work(tx, call) {
      const added = shownLocation(await addLocation(tx, call, call.body));
      return { body: added, location: `/v1/seller/locations/${added.id}`, version: added.version };
    },
  }),
  operation({
    kind: "read",
    scope: "organisation",
    id: "seller.locations.read",
    path: "/locations/{id}",
    summary: "Read a location",
    params: closed({ id: idOf("location") }),
    response: location,
    refusals: [],
    example: { params: { id: example.location }, response: sample },
    async read(reader, call) {
      const sellerId = call.principal.organisationId as SellerId;
      const found = (await findLocation(reader, sellerId, idInPath("location", call.params.id))) ?? refuseNotFound();
      return { body: shownLocation(found), version: found.version };
    },
  }),
  list({
    id: "seller.locations.list",
    path: "/locations",
    summary: "List locations",
    scope: "organisation",
    item: location,
    example: { item: sample },
    rows: async (reader, call, window) =>
      (await listLocations(reader, call.principal.organisationId as SellerId, window)).map((found) => ({
        at: [found.locationId],
        item: shownLocation(found),
      })),
  }),
];
