import { describe, expect, test } from "vitest";
import { fingerprint } from "./fingerprint.ts";

const request = { path: "/v1/buyer/checkouts", query: "", body: '{"a":1}', ifMatch: undefined };

describe("a fingerprint", () => {
  test("is the same for the same request", () => {
    expect(fingerprint(request)).toEqual(fingerprint({ ...request }));
    expect(fingerprint(request)).toHaveLength(32);
  });

  test("is another for another path, query, body or If-Match", () => {
    const others = [
      { ...request, path: "/v1/buyer/checkouts/x" },
      { ...request, query: "wait=5" },
      { ...request, body: '{"a":2}' },
      { ...request, ifMatch: '"1"' },
    ];
    const all = [request, ...others].map((parts) => fingerprint(parts).toString("hex"));
    expect(new Set(all).size).toBe(all.length);
  });

  test("tells a missing part from an empty one", () => {
    expect(fingerprint({ ...request, body: undefined })).not.toEqual(fingerprint({ ...request, body: "" }));
    expect(fingerprint({ ...request, ifMatch: "" })).not.toEqual(fingerprint(request));
  });

  test("tells apart parts that read the same one after the other", () => {
    expect(fingerprint({ ...request, path: "/a", query: "bc" })).not.toEqual(fingerprint({ ...request, path: "/ab", query: "c" }));
    expect(fingerprint({ ...request, path: "/a", query: "1;b" })).not.toEqual(fingerprint({ ...request, path: "/a1", query: ";b" }));
    expect(fingerprint({ ...request, query: "-;", body: "" })).not.toEqual(fingerprint({ ...request, query: "", body: "-;" }));
  });
});
