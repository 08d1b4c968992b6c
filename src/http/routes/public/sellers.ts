import Type, { type Static } from "typebox";
import { prefixes, toWireId } from "../../../kernel/ids.ts";
import { findPublicSeller, listPublicSellers, type PublicSeller } from "../../../modules/sellers/index.ts";
import { idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, countryCode, idOf, text } from "../../shapes.ts";

const shape = closed({ id: idOf("seller"), name: text(200), city: text(100), country: countryCode });
const sample: Static<typeof shape> = { id: example.seller, name: "Nordwind Fasteners", city: "Hamburg", country: "DE" };

function shown({ sellerId, name, city, country }: PublicSeller): Static<typeof shape> {
  return { id: toWireId(prefixes.seller, sellerId), name, city, country };
}

/** Who sells in this market, for everybody. */
export const publicSellerOperations: readonly Operation[] = [
  list({
    id: "public.sellers.list",
    path: "/sellers",
    summary: "List those who sell",
    scope: "public",
    filters: closed({ country: Type.Optional(countryCode) }),
    item: shape,
    example: { query: { country: "DE" }, item: sample },
    rows: async (reader, { query }, window) =>
      (await listPublicSellers(reader, query.country, window)).map((found) => ({ at: [found.sellerId], item: shown(found) })),
  }),
  operation({
    kind: "read",
    scope: "public",
    id: "public.sellers.read",
    path: "/sellers/{id}",
    summary: "Read who a seller is",
    params: closed({ id: idOf("seller") }),
    response: shape,
    refusals: [],
    example: { params: { id: example.seller }, response: sample },
    async read(reader, call) {
      const found = (await findPublicSeller(reader, idInPath("seller", call.params.id))) ?? refuseNotFound();
      return { body: shown(found), version: found.version };
    },
  }),
];
