import { createCaller, type Caller, type WriteOptions } from "./caller.ts";
import { jsonOf, type HttpRequest } from "./barrier.ts";
import type { HttpAnswer } from "./http-answer.ts";
import { openTestDatabase, type TestDatabase } from "./database.ts";
import { startServer, runStoa, type ServerProcess } from "./server.ts";
import { openWire, type Wire } from "./wire.ts";

/** Units of one offer at one location. */
export type Offer = { readonly id: string; readonly reference: string; readonly location: string; readonly seller: Seller };

export type Seller = Caller & {
  readonly id: string;
  readonly location: string;
  /** Offers of these terms, with their units received; one call for the offers and one for the goods. */
  offers(terms: readonly OfferTerms[]): Promise<readonly Offer[]>;
  offer(terms?: OfferTerms): Promise<Offer>;
};

/** EUR, net, for one. `units` are received at the seller's location; 0 receives nothing and so makes no stock level. */
export type OfferTerms = {
  readonly price?: number;
  readonly units?: number;
  readonly taxCategory?: "standard" | "reduced";
  readonly minimum?: number;
  readonly step?: number;
};

export type Line = { readonly offer: Offer; readonly quantity: number };

export type PlaceOptions = WriteOptions & {
  readonly reference?: string;
  readonly method?: "on_account" | "bank_transfer";
  readonly expectedTotal?: number;
  readonly replaces?: string;
};

export type Company = Caller & {
  readonly id: string;
  /** The request that places these lines. */
  placing(lines: readonly Line[], options?: PlaceOptions): HttpRequest;
  /** The answer to it, whatever its status. */
  place(lines: readonly Line[], options?: PlaceOptions): Promise<HttpAnswer>;
  /** The checkout; throws when it was refused. */
  placed(lines: readonly Line[], options?: PlaceOptions): Promise<Checkout>;
};

/** As much of a checkout as the proofs look at. */
export type Checkout = {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly total: { readonly amount: number };
  readonly cancelled: { readonly amount: number };
  readonly orders: readonly {
    readonly id: string;
    readonly state: string;
    readonly version: number;
    readonly seller: { readonly id: string };
  }[];
};

/** What doctor found: one row for each invariant that does not hold. */
export type DoctorReport = { readonly violations: readonly unknown[] };

/** A market that is asked over HTTP, whoever runs it. */
export type Market = {
  readonly operator: Caller;
  /** Where it answers, one address for each server process. */
  origins(): readonly string[];
  seller(options?: { country?: string }): Promise<Seller>;
  company(options?: { country?: string; credit?: number }): Promise<Company>;
  /** Whoever has this API key. */
  caller(secret: string, server?: number): Caller;
  /** The clock of the whole market goes on from here by this much. */
  moveClock(millis: number): Promise<void>;
  stock(offer: Offer): Promise<{ readonly onHand: number; readonly reserved: number }>;
  creditUsed(company: Company): Promise<number>;
  doctor(): Promise<DoctorReport>;
};

/** A market on a database and server processes of its own. */
export type OwnMarket = Market & {
  readonly database: TestDatabase;
  readonly wire: Wire | undefined;
  /** The servers that run now; `restart` puts a new one in the place of one that was killed. */
  readonly servers: readonly ServerProcess[];
  restart(index?: number, environment?: Record<string, string>): Promise<ServerProcess>;
  close(): Promise<void>;
};

export type MarketOptions = {
  readonly servers?: number;
  /** Puts the wire proxy between the servers and PostgreSQL. */
  readonly wire?: boolean;
  readonly environment?: Record<string, string>;
  /** Whether its operator has said who it is; it has unless told. */
  readonly introduced?: boolean;
  /** Where to clone the database when no test run provides one. */
  readonly adminUrl?: string;
};

const place = { street: "Hafenstr. 1", city: "Hamburg", postal_code: "20457" };
const contact = { name: "Kim Meyer", email: "kim@example.com" };

/** What a seller or company needs to be active from its first day; the n-th of its market. */
export function activeFacts(kind: "sellers" | "companies", country: string, n: number): Record<string, unknown> {
  const legal = { tax_number: `${country}${100_000_000 + n}`, activate: true };
  return kind === "companies" ? legal : { ...legal, mandate: true, series_prefix: n.toString(36).toUpperCase() };
}

/** `HTTP 201`s only: what the market itself sets up must succeed. */
function openSeller(caller: Caller, id: string, location: string, name: string): Seller {
  let offered = 0;
  const seller: Seller = {
    ...caller,
    id,
    location,
    offers: async (terms) => {
      const rows = terms.map(({ price = 1000, taxCategory = "standard", minimum = 1, step = 1 }) => {
        offered += 1;
        return {
          reference: `${name}-${offered}`,
          sku: "UNIT-1",
          currency: "EUR",
          unit_price: { amount: price, currency: "EUR" },
          minimum,
          step,
          tax_category: taxCategory,
        };
      });
      const { results } = await caller.post<{ results: { id?: string; reference: string }[] }>("/v1/seller/offers/bulk", { offers: rows });
      const made = results.map((result): Offer => {
        if (result.id === undefined) throw new Error(`an offer was refused: ${JSON.stringify(result)}`);
        return { id: result.id, reference: result.reference, location, seller };
      });
      const lines = made
        .map((offer, index) => ({ offer: offer.id, location, quantity: terms[index]?.units ?? 1000 }))
        .filter(({ quantity }) => quantity > 0);
      if (lines.length > 0) await caller.post("/v1/seller/stock/receipts", { lines });
      return made;
    },
    offer: async (terms = {}) => {
      const [offer] = await seller.offers([terms]);
      if (offer === undefined) throw new Error("no offer was made");
      return offer;
    },
  };
  return seller;
}

/** The body of a placing. */
export function placingBody(lines: readonly Line[], options: PlaceOptions & { readonly reference: string }): Record<string, unknown> {
  return {
    client_reference: options.reference,
    currency: "EUR",
    payment_method: options.method ?? "on_account",
    lines: lines.map(({ offer, quantity }) => ({ offer: offer.id, quantity })),
    ...(options.expectedTotal === undefined ? {} : { expected_total: { amount: options.expectedTotal, currency: "EUR" } }),
    ...(options.replaces === undefined ? {} : { replaces: options.replaces }),
  };
}

function openCompany(caller: Caller, id: string): Company {
  let placed = 0;
  const placing: Company["placing"] = (lines, options = {}) => {
    placed += 1;
    const body = placingBody(lines, { reference: `PO-${placed}`, ...options });
    return caller.request("POST", "/v1/buyer/checkouts", body, options);
  };
  const sent: Company["place"] = (lines, options = {}) => {
    placed += 1;
    return caller.send("POST", "/v1/buyer/checkouts", placingBody(lines, { reference: `PO-${placed}`, ...options }), options);
  };
  return {
    ...caller,
    id,
    placing,
    place: sent,
    placed: async (lines, options) => {
      const answer = await sent(lines, options);
      if (answer.status !== 201) throw new Error(`not placed: ${answer.status} ${answer.body.toString("utf8")}`);
      return jsonOf<Checkout>(answer);
    },
  };
}

/** The first operator's key, made the way an operator makes it. */
async function firstOperatorKey(database: TestDatabase): Promise<string> {
  const { code, lines } = await runStoa(["operator", "init", "--name", "proofs"], {
    DATABASE_URL: database.url,
    DATABASE_OWNER_URL: database.ownerUrl,
  });
  const secret = /stoa_[0-9a-z]{26}_[\w-]{32}/.exec(lines.join("\n"))?.[0];
  if (code !== 0 || secret === undefined) throw new Error(`no operator key (code ${code}):\n${lines.join("\n")}`);
  return secret;
}

/** Who the operator of every market is. */
export const operatorProfile = {
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

/**
 * What every market begins with: the operator's profile, tax rates for DE (19 % and 7 %) and one variant that all offers are of.
 * @param options.origins where its servers answer now
 */
export async function furnishMarket(options: {
  origins: () => readonly string[];
  operatorSecret: string;
  moveClock: Market["moveClock"];
  /** Whether the operator has said who it is; it has unless told. */
  introduced?: boolean | undefined;
}): Promise<Market> {
  const { origins, operatorSecret, moveClock, introduced = true } = options;
  const caller = (secret: string, server = 0) => createCaller(() => origins()[server] ?? "", secret);
  const operator = caller(operatorSecret);
  if (introduced) {
    const { status, body } = await operator.send("PUT", "/v1/operator/profile", operatorProfile);
    if (status >= 300) throw new Error(`no operator's profile: ${status} ${body.toString("utf8")}`);
  }
  for (const [category, rate] of Object.entries({ standard: 190_000, reduced: 70_000 })) {
    await operator.post("/v1/operator/tax-rates", { country: "DE", category, code: "S", rate_ppm: rate, valid_from: "2020-01-01" });
  }
  await operator.post("/v1/operator/products", {
    title: "Unit",
    variants: [{ sku: "UNIT-1", title: "Unit", unit: "C62", attributes: {} }],
  });
  let opened = 0;
  const organisation = async (kind: "sellers" | "companies", country: string) => {
    opened += 1;
    const name = `${kind} ${opened}`;
    const facts = { name, address: { ...place, country }, contact, ...activeFacts(kind, country, opened) };
    const { id } = await operator.post<{ id: string }>(`/v1/operator/${kind}`, facts);
    const key = await operator.post<{ secret: string }>(`/v1/operator/${kind}/${id}/keys`, { name: "all", role: "owner" });
    return { id, name: `${kind}-${opened}`, caller: caller(key.secret) };
  };
  return {
    operator,
    origins,
    caller,
    moveClock,
    seller: async ({ country = "DE" } = {}) => {
      const made = await organisation("sellers", country);
      const { id } = await made.caller.post<{ id: string }>("/v1/seller/locations", { name: "Main", country });
      return openSeller(made.caller, made.id, id, made.name);
    },
    company: async ({ country = "DE", credit = 1_000_000_000 } = {}) => {
      const made = await organisation("companies", country);
      await operator.post(`/v1/operator/companies/${made.id}/credit-accounts`, {
        currency: "EUR",
        limit: { amount: credit, currency: "EUR" },
      });
      return openCompany(made.caller, made.id);
    },
    stock: async (offer) => {
      const { items } = await offer.seller.get<{ items: { on_hand: number; reserved: number }[] }>(`/v1/seller/stock?offer=${offer.id}`);
      return {
        onHand: items.reduce((sum, level) => sum + level.on_hand, 0),
        reserved: items.reduce((sum, level) => sum + level.reserved, 0),
      };
    },
    creditUsed: async (company) => {
      const { items } = await company.get<{ items: { used: { amount: number } }[] }>("/v1/buyer/credit-accounts");
      return items[0]?.used.amount ?? 0;
    },
    doctor: () => operator.get<DoctorReport>("/v1/operator/doctor"),
  };
}

/** Opens a market on a database of its own, with server processes of its own. */
export async function openMarket(options: MarketOptions = {}): Promise<OwnMarket> {
  const database = await openTestDatabase(options.adminUrl);
  const wire = options.wire ? await openWire({ upstreamUrl: database.url }) : undefined;
  const servers: ServerProcess[] = [];
  const start = (environment = options.environment) =>
    startServer({
      databaseUrl: wire?.url ?? database.url,
      ownerUrl: database.ownerUrl,
      ...(environment === undefined ? {} : { environment }),
    });
  const close = async () => {
    await Promise.all(servers.map((server) => server.kill()));
    await wire?.close();
    await database.close();
  };
  try {
    const [operatorSecret, ...started] = await Promise.all([
      firstOperatorKey(database),
      ...Array.from({ length: options.servers ?? 1 }, () => start()),
    ]);
    servers.push(...started);
    const moveClock = async (millis: number) => {
      await database.owner(
        `insert into clock_offset (offset_by) values (make_interval(secs => ${millis / 1000}))
         on conflict (only_row) do update set offset_by = clock_offset.offset_by + excluded.offset_by`,
      );
    };
    const { introduced } = options;
    const market = await furnishMarket({ origins: () => servers.map(({ url }) => url), operatorSecret, moveClock, introduced });
    const restart = async (index = 0, environment?: Record<string, string>) => {
      const server = await start(environment);
      servers[index] = server;
      return server;
    };
    return { ...market, database, wire, servers, restart, close };
  } catch (error) {
    await close();
    throw error;
  }
}
