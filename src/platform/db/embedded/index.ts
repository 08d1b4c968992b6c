/** The PostgreSQL that comes with Stoa, for a first look and for the tests; not for production. */
export { defaultDataDirectory } from "./data-directory.ts";
export { EmbeddedFailure } from "./embedded-failure.ts";
export { type Embedded, type EmbeddedOptions, type FoundEmbedded, findEmbedded, startEmbedded, stopAbandoned } from "./start-embedded.ts";
