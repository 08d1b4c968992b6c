/** A body that is wrong in one place, and the pointer by which the answer has to name it. */
export type WrongBody = { readonly what: string; readonly bytes: Buffer; readonly pointer: string };

type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };
type Place = { readonly pointer: string; readonly value: Json; readonly put: (raw: string) => string };

/** Every value in a body, with a way to write other JSON text in its place. Of a list only the first is looked into. */
function placesIn(value: Json, pointer = "", put: (raw: string) => string = (raw) => raw): Place[] {
  const here: Place = { pointer, value, put };
  if (Array.isArray(value)) {
    const [first, ...rest] = value as Json[];
    if (first === undefined) return [here];
    const tail = rest.map((each) => `,${JSON.stringify(each)}`).join("");
    return [here, ...placesIn(first, `${pointer}/0`, (raw) => put(`[${raw}${tail}]`))];
  }
  if (typeof value !== "object" || value === null) return [here];
  const members = Object.entries(value);
  const inside = members.flatMap(([name, member]) =>
    placesIn(member, `${pointer}/${name}`, (raw) => {
      const texts = members.map(([other, given]) => `${JSON.stringify(other)}:${other === name ? raw : JSON.stringify(given)}`);
      return put(`{${texts.join(",")}}`);
    }),
  );
  return [here, ...inside];
}

const replacements = {
  number: ['"7"', "true", "null", "{}", "[]", "1e3", "1.5", "-1", "01", "9007199254740993", "NaN", "1.0"],
  string: ["7", "false", "null", "{}", "[]", '""', `"${"x".repeat(10_000)}"`, '"a\\u0000b"', '"\\ud800"', '"a\nb"'],
  boolean: ['"true"', "1", "null"],
  object: ["7", '"x"', "null", "[]"],
  list: ["7", '"x"', "null", "{}"],
} as const;

function kindOf(value: Json): keyof typeof replacements | undefined {
  if (Array.isArray(value)) return "list";
  if (value === null) return undefined;
  const kind = typeof value;
  return kind === "number" || kind === "string" || kind === "boolean" || kind === "object" ? kind : undefined;
}

function replaced(places: readonly Place[]): WrongBody[] {
  return places.flatMap(({ pointer, value, put }) =>
    (replacements[kindOf(value) ?? "boolean"] as readonly string[])
      .filter((raw) => raw !== "-1" || !pointer.endsWith("/delta"))
      .map((raw) => ({
        what: `${raw.slice(0, 20)} at ${pointer || "the top"}`,
        bytes: Buffer.from(put(raw)),
        pointer,
      })),
  );
}

function smuggled(places: readonly Place[]): WrongBody[] {
  return places.flatMap(({ pointer, value, put }) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
    const inner = JSON.stringify(value).slice(1, -1);
    const comma = inner === "" ? "" : ",";
    const [first] = Object.entries(value);
    const twice =
      first === undefined ? [] : [{ raw: `{${inner},${JSON.stringify(first[0])}:${JSON.stringify(first[1])}}`, name: first[0] }];
    return [
      { raw: `{${inner}${comma}"smuggled":1}`, name: "smuggled" },
      { raw: `{${inner}${comma}"__proto__":{"admin":true}}`, name: "__proto__" },
      { raw: `{${inner}${comma}"constructor":{"x":1}}`, name: "constructor" },
      ...twice,
    ].map(({ raw, name }) => ({
      what: `the member ${name} in ${pointer || "the top"}`,
      bytes: Buffer.from(put(raw)),
      pointer: `${pointer}/${name}`,
    }));
  });
}

function unreadable(whole: string): WrongBody[] {
  const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
  return [
    { what: "nothing", bytes: Buffer.alloc(0), pointer: "" },
    { what: "white space", bytes: Buffer.from("  \n"), pointer: "" },
    { what: "half of it", bytes: Buffer.from(whole.slice(0, Math.ceil(whole.length / 2))), pointer: "*" },
    { what: "more behind it", bytes: Buffer.from(`${whole}{}`), pointer: "" },
    { what: "a byte order mark", bytes: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(whole)]), pointer: "" },
    { what: "bad UTF-8", bytes: Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]), pointer: "*" },
    { what: "a NUL byte", bytes: Buffer.from(`${whole}\0`), pointer: "" },
    { what: "10,000 levels", bytes: Buffer.from(`{"a":${deep}}`), pointer: "*" },
  ];
}

/** Bodies that each are wrong in one place, made from one that is right. `pointer` `*`: somewhere inside. */
export function wrongBodies(right: object): readonly WrongBody[] {
  const places = placesIn(right as Json);
  const closedPlaces = places.filter(({ pointer }) => !pointer.includes("/attributes"));
  return [...replaced(closedPlaces), ...smuggled(closedPlaces), ...unreadable(JSON.stringify(right))];
}
