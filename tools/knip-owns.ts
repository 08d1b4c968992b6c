import type { Preprocessor } from "knip";

/** `owns` of a room is read by the lint table-owner from the source, not imported: it is used all the same. */
const withoutOwns: Preprocessor = (options) => {
  for (const symbols of Object.values(options.issues.exports)) {
    if (symbols["owns"] === undefined) continue;
    delete symbols["owns"];
    options.counters.exports -= 1;
  }
  return options;
};

export default withoutOwns;
