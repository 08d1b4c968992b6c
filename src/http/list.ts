import Type, { type Static, type TObject, type TSchema } from "typebox";
import type { Uuid } from "../kernel/ids.ts";
import type { Reader } from "../platform/db/index.ts";
import type { Call } from "./call.ts";
import { lastPosition, makeCursor, positionOf, readCursor } from "./cursor.ts";
import { type ExportFormat, exportFormats, type ExportOperation } from "./export.ts";
import { type Nothing, operation, type Operation, type Scope } from "./operation.ts";
import { closed, integer, oneOf, pageOf } from "./shapes.ts";

/** One row of a list and where it stands: its id, and a second one where the list is ordered by two. */
export type Placed<Item> = { readonly at: readonly [Uuid] | readonly [Uuid, Uuid]; readonly item: Item };

/** Which rows are asked for: at most `count`, whose ids are below `before` (and, under the same first id, below `beforeSecond`). */
export type Window = { readonly before: Uuid; readonly beforeSecond: Uuid; readonly count: number };

type Listed<I extends TSchema, P extends TSchema, F extends TObject> = {
  readonly id: string;
  readonly path: string;
  readonly summary: string;
  readonly scope: Scope;
  readonly params?: P;
  /** Query parameters beside `limit` and `cursor`. */
  readonly filters?: F;
  readonly item: I;
  /** The list can be exported: all its rows, by `GET <path>/export`, an operation with a row of its own in the policy. */
  readonly exports?: true;
  readonly example: { readonly params?: Static<P>; readonly query?: Static<F>; readonly item: Static<I> };
  /** Reads the rows of a window from new to old: `where id < ${window.before} order by id desc limit ${window.count}`. */
  rows(reader: Reader, call: Call<Static<P>, Static<F>>, window: Window): Promise<readonly Placed<Static<I>>[]>;
};

const defaultLimit = 50;
const largestLimit = 200;

/**
 * Declares a list: the frame takes `limit` and `cursor`, asks for one row more than the page holds, and makes `next_cursor` and the
 * `Link` of it. A cursor belongs to the operation, the organisation and the filters it was given out for.
 */
export function list<I extends TSchema, P extends TSchema = Nothing, F extends TObject = Nothing>(listed: Listed<I, P, F>): Operation {
  const { id, path, summary, scope, params, filters, item, example } = listed;
  const query = closed({
    ...(filters?.properties ?? {}),
    limit: Type.Optional(integer(1, largestLimit, `Rows on a page; ${defaultLimit} unless told`)),
    cursor: Type.Optional(Type.String({ maxLength: 200, description: "next_cursor of the page before" })),
  });
  const exported = listed.exports === true ? { exported: exportOf(listed) } : {};
  return operation<TSchema, TSchema, TSchema>({
    ...exported,
    kind: "read",
    id,
    path,
    summary,
    scope,
    ...(params === undefined ? {} : { params }),
    query,
    response: pageOf(item),
    refusals: [],
    example: {
      ...(example.params === undefined ? {} : { params: example.params }),
      ...(example.query === undefined ? {} : { query: example.query }),
      response: { items: [example.item], next_cursor: null },
    },
    async read(reader, call) {
      const { limit = defaultLimit, cursor, ...asked } = call.query as { limit?: number; cursor?: string };
      const belongsTo = { operation: id, organisation: call.principal.organisationId, params: call.params, filters: asked };
      const [before, beforeSecond] = cursor === undefined ? lastPosition : readCursor(cursor, belongsTo);
      const found = await listed.rows(reader, { ...call, query: asked } as Call<Static<P>, Static<F>>, {
        before,
        beforeSecond,
        count: limit + 1,
      });
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return { body: { items: page.map((row) => row.item), next_cursor: last === undefined ? null : makeCursor(last.at, belongsTo) } };
    },
  });
}

function exportOf<I extends TSchema, P extends TSchema, F extends TObject>(listed: Listed<I, P, F>): ExportOperation {
  const { id, path, summary, scope, params, filters, item, example } = listed;
  return {
    kind: "export",
    id: id.replace(/\.list$/, ".export"),
    path: `${path}/export`,
    summary: `${summary}: all of them, as a file`,
    scope,
    ...(params === undefined ? {} : { params }),
    query: closed({ ...(filters?.properties ?? {}), format: oneOf(exportFormats) }),
    response: item,
    refusals: [],
    example: {
      ...(example.params === undefined ? {} : { params: example.params }),
      query: { ...example.query, format: "csv" satisfies ExportFormat },
      response: example.item,
    },
    async page(reader, call, start, count) {
      const { format: _format, ...asked } = call.query as { format: ExportFormat };
      const [before, beforeSecond] = start ?? lastPosition;
      const window = { before, beforeSecond, count: count + 1 };
      const found = await listed.rows(reader, { ...call, query: asked } as Call<Static<P>, Static<F>>, window);
      const page = found.slice(0, count);
      const last = found.length > count ? page.at(-1) : undefined;
      return { items: page.map((row) => row.item), next: last === undefined ? undefined : positionOf(last.at) };
    },
  };
}
