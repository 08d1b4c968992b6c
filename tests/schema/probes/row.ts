/** A row as it is inserted; columns that are left out have their default. */
export type Row = Readonly<Record<string, unknown>>;
