/** What of a product is found by words. */
export type Searched = {
  readonly title: string;
  readonly brand: string | null;
  readonly variants: readonly {
    readonly sku: string;
    readonly gtin: string | null;
    readonly title: string;
    readonly attributes: { readonly [name: string]: string };
  }[];
};

const longestWord = 64;
const longestLine = 8_000;
const mostWordsAsked = 8;

/**
 * The words of a text as they are compared: letters and digits without case and accents; all else stands between words. Text and question
 * are cut the same way here, so what PostgreSQL's parser makes of "-40", "8.8" or "a/b" is never asked.
 */
export function wordsOf(text: string): readonly string[] {
  const plain = text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  return Array.from(plain.matchAll(/[\p{L}\p{N}]+/gu), ([word]) => Array.from(word).slice(0, longestWord).join(""));
}

/**
 * What a search looks at but for the category, in three lines: the words of title and brand; of SKUs and GTINs, each SKU also written as one
 * word; of variants and their attributes. Each line is bounded; a word stands once in the second and third.
 */
export function searchText({ title, brand, variants }: Searched): string {
  const codes = variants.flatMap(({ sku, gtin }) => [...wordsOf(sku), oneWord(sku), ...(gtin === null ? [] : [gtin])]);
  const others = variants.flatMap((variant) => [variant.title, ...Object.values(variant.attributes)].flatMap(wordsOf));
  return [line([...wordsOf(title), ...wordsOf(brand ?? "")]), line([...new Set(codes)]), line([...new Set(others)])].join("\n");
}

/** The fourth line of a search text: the category's name. */
export function categoryLine(name: string): string {
  return line(wordsOf(name));
}

/** A code without what stands between its words: "BOLT-M8-40" is found as "boltm840" too. */
function oneWord(code: string): string {
  return wordsOf(code).join("");
}

function line(words: readonly string[]): string {
  const whole = words.join(" ");
  return whole.length <= longestLine ? whole : whole.slice(0, whole.lastIndexOf(" ", longestLine));
}

/** A question as the search asks it. */
export type Question = {
  /** For `to_tsquery`: all words, the last one as a beginning. */
  readonly query: string;
  /** For the title: the words in their order. */
  readonly phrase: string;
  /** For codes: all in one word. */
  readonly code: string;
  readonly words: readonly string[];
};

/** Reads a question; undefined when there is no word in it. Of very many words the first eight count. */
export function readQuestion(text: string): Question | undefined {
  const words = [...new Set(wordsOf(text))].slice(0, mostWordsAsked);
  const last = words.at(-1);
  if (last === undefined) return undefined;
  return {
    query: [...words.slice(0, -1), `${last}:*`].join(" & "),
    phrase: words.join(" "),
    code: oneWord(text).slice(0, longestWord),
    words,
  };
}
