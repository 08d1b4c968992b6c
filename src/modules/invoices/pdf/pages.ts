import type { Row } from "./rows.ts";
import { fullHeight, setRow, type SetRow, type Setting } from "./set-rows.ts";
import { type Page, Sheets } from "./sheets.ts";

/** Rows on as many pages as they need, page by page: nothing is left out, nothing stands above another. */
export function* pagesOf(rows: readonly Row[], setting: Setting): Generator<Page, void> {
  const sheets = new Sheets(setting);
  let waiting: SetRow[] = [];
  for (const row of rows) {
    waiting.push(setRow(row, setting));
    if (row.leads) continue;
    placeAll(waiting, sheets);
    waiting = [];
    yield* sheets.takeFull();
  }
  placeAll(waiting, sheets);
  yield* sheets.takeLast();
}

/** Places rows of which each leads the next one: where the first one stands there is room for all, if a page has it. */
function placeAll(rows: readonly SetRow[], sheets: Sheets): void {
  for (const [index, row] of rows.entries()) {
    sheets.place(
      row,
      rows.slice(index).reduce((height, each) => height + fullHeight(each), 0),
    );
  }
}
