/** The environment, read once. */
export { configurationPage } from "./configuration-page.ts";
export { ConfigurationMistaken, readConfiguration } from "./read-configuration.ts";
export { clientMillis, type Configuration, drainMillis, requestMillis } from "./variables.ts";
