import { randomFillSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AssertionFailed } from "./assert.ts";
import { createIdSource, fromWireId, type OrderId, parseUuid, prefixes, type SellerId, toWireId, type Uuid } from "./ids.ts";

const seed = 20_261_122;
const uuids = fc.uuid().map((text) => text as OrderId);
const filled = (byte: number) => (bytes: Uint8Array) => bytes.fill(byte);

describe("New ids", () => {
  it("are of version 7 and variant 10, and begin with their time", () => {
    const newId = createIdSource((bytes) => randomFillSync(bytes));
    const id = newId(0x0189_0a5d_ac96);
    expect(id).toMatch(/^01890a5d-ac96-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseUuid(id)).toBe(id);
  });

  it("rise strictly, as text and on the wire, however the clock runs", () => {
    const rise = (makeIds: (moments: number[]) => readonly string[]) =>
      fc.property(fc.array(fc.integer({ min: 1_000, max: 1_010 }), { minLength: 2, maxLength: 50 }), (moments) => {
        const made = makeIds(moments);
        return made.every((id, index) => index === 0 || id > (made[index - 1] as string));
      });
    const bySource = (moments: number[]) => moments.map((moment) => createdIn(moment));
    const createdIn = createIdSource((bytes) => randomFillSync(bytes));
    fc.assert(rise(bySource), { seed });
    fc.assert(
      rise((moments) => bySource(moments).map((id) => toWireId("ord", id as OrderId))),
      { seed },
    );
    const memoryless = (moments: number[]) => moments.map((moment) => createIdSource((bytes) => randomFillSync(bytes))(moment));
    expect(fc.check(rise(memoryless), { seed, endOnFailure: true }).failed).toBe(true);
  });

  it("stay ahead of a clock that steps back", () => {
    const newId = createIdSource(filled(0));
    const [first, second] = [newId(2_000), newId(1_000)];
    expect(second > first).toBe(true);
    expect(second.slice(0, 13)).toBe(first.slice(0, 13));
  });

  it("leave half of a millisecond's counter free, whatever the randomness", () => {
    const id = createIdSource(filled(0xff))(1_000);
    expect(id).toBe("00000000-03e8-77ff-bfff-ffffffffffff");
  });

  it("are a hundred thousand different ones in one millisecond", () => {
    const newId = createIdSource((bytes) => randomFillSync(bytes));
    const made = new Set<Uuid>();
    for (let count = 0; count < 100_000; count += 1) made.add(newId(1_000));
    expect(made.size).toBe(100_000);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 48])("are not made for the time %d", (millis) => {
    expect(() => createIdSource(filled(0))(millis)).toThrow(AssertionFailed);
  });
});

describe("Ids on the wire", () => {
  it.each([
    ["00000000-0000-0000-0000-000000000000", "00000000000000000000000000"],
    ["00000000-0000-0000-0000-000000000001", "00000000000000000000000001"],
    ["00000000-0000-0000-0000-00000000000a", "0000000000000000000000000a"],
    ["00000000-0000-0000-0000-000000000010", "0000000000000000000000000g"],
    ["00000000-0000-0000-0000-000000000020", "00000000000000000000000010"],
    ["ffffffff-ffff-ffff-ffff-ffffffffffff", "7zzzzzzzzzzzzzzzzzzzzzzzzz"],
    ["0110c853-1d09-52d8-d73e-1194e95b5f19", "0123456789abcdefghjkmnpqrs"],
    ["01890a5d-ac96-774b-bcce-b302099a8057", "01h455vb4pex5vsknk084sn02q"],
  ])("are those of the TypeID specification: %s is %s", (uuid, suffix) => {
    expect(toWireId("ord", uuid as OrderId)).toBe(`ord_${suffix}`);
    expect(fromWireId("ord", `ord_${suffix}`)).toBe(uuid);
  });

  it("come back as they went, and sort as they did", () => {
    fc.assert(
      fc.property(uuids, uuids, (a, b) => {
        expect(fromWireId("ord", toWireId("ord", a))).toBe(a);
        expect(toWireId("ord", a) < toWireId("ord", b)).toBe(a < b);
      }),
      { seed },
    );
  });

  it.each([
    ["another kind", "sel_01h455vb4pex5vsknk084sn02q"],
    ["no prefix", "01h455vb4pex5vsknk084sn02q"],
    ["a longer prefix", "xord_01h455vb4pex5vsknk084sn02q"],
    ["another separator", "ord-01h455vb4pex5vsknk084sn02q"],
    ["upper case", "ord_01H455VB4PEX5VSKNK084SN02Q"],
    ["more than 128 bits", "ord_81h455vb4pex5vsknk084sn02q"],
    ["a letter outside the alphabet", "ord_01h455vb4pex5vsknk084sn02u"],
    ["a look-alike that Crockford reads as 1", "ord_0lh455vb4pex5vsknk084sn02q"],
    ["too short", "ord_01h455vb4pex5vsknk084sn02"],
    ["too long", "ord_01h455vb4pex5vsknk084sn02qq"],
    ["white space", "ord_01h455vb4pex5vsknk084sn02 "],
    ["two code units for one character", "ord_01h455vb4pex5vsknk084sn0\u{1f600}"],
    ["a uuid", "01890a5d-ac96-774b-bcce-b302099a8057"],
    ["nothing", ""],
  ])("are refused with %s", (_, text) => {
    expect(fromWireId("ord", text)).toBeUndefined();
  });

  it("have one text each: what is read is written the same", () => {
    const suffixes = fc.string({
      unit: fc.constantFrom(...Array.from("0123456789abcdefghijklmnopqrstuvwxyzAZ_-")),
      minLength: 26,
      maxLength: 26,
    });
    fc.assert(
      fc.property(suffixes, (suffix) => {
        const read = fromWireId("ord", `ord_${suffix}`);
        return read === undefined || toWireId("ord", read) === `ord_${suffix}`;
      }),
      { seed, numRuns: 2_000 },
    );
  });

  it("have a prefix of three letters for each kind, no two the same", () => {
    const all = Object.values(prefixes);
    expect(new Set(all).size).toBe(all.length);
    expect(all.every((prefix) => /^[a-z]{3}$/.test(prefix))).toBe(true);
  });

  it("of one kind do not compile where another is asked for", () => {
    const seller = "01890a5d-ac96-774b-bcce-b302099a8057" as SellerId;
    // @ts-expect-error a seller's id is no order's
    expect(toWireId("ord", seller)).toMatch(/^ord_/);
  });
});

describe("Ids in code and database", () => {
  it.each(["", "01890A5D-AC96-774B-BCCE-B302099A8057", "01890a5dac96774bbcceb302099a8057", "01890a5d-ac96-774b-bcce-b302099a8057\n"])(
    "are not read from %j",
    (text) => {
      expect(parseUuid(text)).toBeUndefined();
    },
  );
});
