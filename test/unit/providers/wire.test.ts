import { toState } from "../../../src/providers/wire";

describe("what goes over the wire", () => {
  it.each([
    ["undefined is left out", { a: undefined, b: { c: undefined, d: 1 } }, { b: { d: 1 } }],
    ["undefined in a list is null", { a: [undefined, 1] }, { a: [null, 1] }],
    ["bytes are hexadecimal", { a: Buffer.from([1, 171]), b: new Uint8Array([255]) }, { a: "0x01AB", b: "0xFF" }],
    ["dates are in ISO form", { a: new Date(0) }, { a: "1970-01-01T00:00:00.000Z" }],
    ["big numbers are digits", { a: 12345678901234567890n }, { a: "12345678901234567890" }],
    ["what is no number is null", { a: Number.NaN, b: Number.POSITIVE_INFINITY }, { a: null, b: null }],
    ["sets and maps are lists and objects", { a: new Set(["x"]), b: new Map([["k", 1]]) }, { a: ["x"], b: { k: 1 } }],
  ])("%s", (_, value, expected) => {
    expect(toState(value)).toEqual(expected);
  });
});
