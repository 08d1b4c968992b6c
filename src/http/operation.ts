import type { Static, TObject, TSchema } from "typebox";
import type { LockKind, Reader, Transaction } from "../platform/db/index.ts";
import type { Answer, Audience, Call, FlowCall, WriteCall } from "./call.ts";
import type { Claim, StoredAnswer } from "../platform/idempotency/index.ts";
import type { Position } from "./cursor.ts";
import type { RefusalCode } from "./problem.ts";

/** The schema of a part of the request that an operation does not have. */
export type Nothing = TObject<{}>;

/** In which of the database's roles an operation runs, and so what its statements can see and touch. "public" is that of the public tree. */
export type Scope = "organisation" | "operator" | "public";

/** A request that the operation takes, and what it answers to it. Tests send it and compare; the reference shows it. */
export type Example<P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema> = {
  readonly params?: Static<P>;
  readonly query?: Static<Q>;
  readonly body?: Static<B>;
  readonly response: Static<R>;
};

type Described<P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema> = {
  /** audience.noun.verb; the name of its row in policy.ts. */
  readonly id: string;
  /** From the tree's root on, with `{id}` for parameters: `/sellers/{id}/keys`. */
  readonly path: string;
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly response: R;
  /** The codes that this operation itself can answer; those of the frame (401, key missing, …) are added. */
  readonly refusals: readonly RefusalCode[];
  readonly example: Example<P, Q, B, R>;
};

type Written<B extends TSchema> = {
  readonly method: "POST" | "PUT" | "DELETE";
  readonly status: 200 | 201;
  readonly body: B;
  /** 4 MiB instead of 1 MiB. */
  readonly bulk?: true;
  /** The answer shows a secret once: it is stored sealed under the idempotency key. */
  readonly reveals?: true;
};

type Read<P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema> = Described<P, Q, B, R> & {
  readonly kind: "read";
  readonly scope: Scope;
  /** The operation that streams all rows of this list, mounted behind it. */
  readonly exported?: Export<TSchema, TSchema, TSchema>;
  read(reader: Reader, call: Call<Static<P>, Static<Q>>): Promise<Answer<Static<R>>>;
};

/** A GET that streams all rows of a list; `response` is one row. The frame opens a transaction for each page. */
type Export<P extends TSchema, Q extends TSchema, R extends TSchema> = Described<P, Q, Nothing, R> & {
  readonly kind: "export";
  readonly scope: Scope;
  /** At most `count` rows from new to old, behind `before`, and where the next page begins; no `next` on the last one. */
  page(
    reader: Reader,
    call: Call<Static<P>, Static<Q>>,
    before: Position | undefined,
    count: number,
  ): Promise<{ readonly items: readonly Static<R>[]; readonly next: Position | undefined }>;
};

/** A file as it is found: what its caller may keep it under, and how its bytes are made when they are needed. */
export type FoundFile = {
  /** What the bytes are made of, and nothing else, in hexadecimal digits: as long as it is the same, so is what they say. */
  readonly digest: string;
  /** The name for the caller's disk, with its ending. */
  readonly name: string;
  /** Makes the bytes; runs outside any transaction. */
  readonly bytes: () => Promise<Buffer>;
};

/** A GET that sends a file of a media type that is not JSON. What it was made from never changes, so its caller may keep it. */
type File<P extends TSchema, R extends TSchema> = Described<P, Nothing, Nothing, R> & {
  readonly kind: "file";
  readonly scope: Scope;
  readonly media: "application/pdf" | "application/xml";
  find(reader: Reader, call: Call<Static<P>>): Promise<FoundFile>;
};

/** A read that opens its own transactions, because what it shows needs more than one organisation's view or takes long. */
type Look<P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema> = Described<P, Q, B, R> & {
  readonly kind: "look";
  look(call: Call<Static<P>, Static<Q>>): Promise<Answer<Static<R>>>;
};

/** A POST that writes nothing (a preview): it takes no key and is not stored. */
type Reads<P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema> = Described<P, Q, B, R> & {
  readonly kind: "reads";
  readonly method: "POST";
  readonly status: 200;
  readonly body: B;
  look(call: Call<Static<P>, Static<Q>, Static<B>>): Promise<Answer<Static<R>>>;
};

type Write<P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema> = Described<P, Q, B, R> &
  Written<B> & {
    readonly kind: "write";
    readonly scope: Scope;
    /** The kinds of rows it locks; none when left out. */
    readonly locks?: readonly LockKind[];
    work(tx: Transaction, call: WriteCall<Static<P>, Static<Q>, Static<B>>): Promise<Answer<Static<R>>>;
  };

/** A write that spans organisations; `locks` are the kinds of rows it locks. */
type Flow<P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema> = Described<P, Q, B, R> &
  Written<B> & {
    readonly kind: "flow";
    readonly locks: readonly LockKind[];
    work(tx: Transaction, call: FlowCall<Static<P>, Static<Q>, Static<B>>): Promise<Answer<Static<R>>>;
  };

/** A write that a lane places together with others; the lane claims the key and stores the answer itself. */
type Lane<P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema> = Described<P, Q, B, R> &
  Written<B> & {
    readonly kind: "lane";
    place(call: Call<Static<P>, Static<Q>, Static<B>>, claim: Claim): Promise<LaneOutcome>;
  };

/** What a lane says about one command: the stored bytes, or why there are none (the codes are not stored). */
export type LaneOutcome =
  | { readonly kind: "answered"; readonly answer: StoredAnswer; readonly replayed: boolean }
  | { readonly kind: "mismatch" }
  | { readonly kind: "busy" };

/** An operation as data, with the types of its schemas. */
export type OperationOf<P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema> =
  | Read<P, Q, B, R>
  | Export<P, Q, R>
  | File<P, R>
  | Look<P, Q, B, R>
  | Reads<P, Q, B, R>
  | Write<P, Q, B, R>
  | Flow<P, Q, B, R>
  | Lane<P, Q, B, R>;

/** An operation as the frame sees it: the server, the policy, the reference and the tests are all driven by a list of these. */
export type Operation = OperationOf<TSchema, TSchema, TSchema, TSchema>;

/** Declares an operation; the types of `call.params`, `call.query`, `call.body` and of the answer follow from its schemas. */
export function operation<R extends TSchema, P extends TSchema = Nothing, Q extends TSchema = Nothing, B extends TSchema = Nothing>(
  declared: OperationOf<P, Q, B, R>,
): Operation {
  return declared;
}

/** The operations that need an idempotency key. */
export type WriteOperation = Extract<Operation, { readonly kind: "write" | "flow" | "lane" }>;

/** @returns whether the operation needs an idempotency key */
export function isWrite(declared: Operation): declared is WriteOperation {
  return declared.kind === "write" || declared.kind === "flow" || declared.kind === "lane";
}

/** The audience of an operation: the first word of its id. */
export function audienceOf({ id }: { readonly id: string }): Audience {
  const [word] = id.split(".");
  if (word === "operator" || word === "seller" || word === "buyer" || word === "public") return word;
  throw new Error(`the id ${id} does not begin with an audience`);
}

/** The route's template in the form of the reference, `/v1/seller/orders/{id}`. */
export function templateOf({ id, path }: { readonly id: string; readonly path: string }): string {
  return `/v1/${audienceOf({ id })}${path}`;
}

/** The method of an operation. */
export function methodOf(declared: Operation): "GET" | "POST" | "PUT" | "DELETE" {
  return "method" in declared ? declared.method : "GET";
}
