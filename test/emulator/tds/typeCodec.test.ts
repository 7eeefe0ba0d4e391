import fc from "fast-check";
import type { SqlType, Value } from "../../../src/emulator/engine/values";
import { ByteReader } from "../../../src/emulator/tds/byteReader";
import { ByteWriter } from "../../../src/emulator/tds/byteWriter";
import { collationBytes } from "../../../src/emulator/tds/types/collation";
import { readTypeInfo, writeTypeInfo } from "../../../src/emulator/tds/types/typeInfo";
import { readValue } from "../../../src/emulator/tds/types/valueReader";
import { valueWriterFor } from "../../../src/emulator/tds/types/valueWriter";
import { samples } from "./samples";

function roundTrip(type: SqlType, value: Value, inRow: boolean): { type: SqlType; value: Value } {
  const writer = new ByteWriter(8);
  writeTypeInfo(writer, type);
  valueWriterFor(type, inRow)(writer, value);
  const reader = new ByteReader(writer.view());
  const wire = readTypeInfo(reader);
  const read = readValue(reader, wire, inRow);
  expect(reader.remaining).toBe(0);
  return { type: wire.type, value: read };
}

const cases = samples.map((sample) => [JSON.stringify(sample.type), sample] as const);

describe.each([
  ["in rows", true],
  ["in parameters", false],
])("%s", (_, inRow) => {
  test.each(cases)("%s and its values, NULL among them, come back as they were", (_name, { type, values }) => {
    for (const value of [...values, null]) {
      expect(roundTrip(type, value, inRow)).toEqual({ type, value });
    }
  });
});

test("any decimal comes back as it was", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 38 }), fc.bigInt(), (precision, seed) => {
      const value = seed % 10n ** BigInt(precision);
      expect(roundTrip({ kind: "decimal", precision, scale: 0 }, value, true).value).toBe(value);
    }),
  );
});

test("any datetime comes back to the three-hundredth of a second", () => {
  const first = 639_905n * 864_000_000_000n;
  const last = 3_652_059n * 864_000_000_000n;
  fc.assert(
    fc.property(fc.bigInt({ min: first, max: last - 20_000n }), (ticks) => {
      const once = roundTrip({ kind: "datetime" }, ticks, true).value as bigint;
      expect(once - ticks < 16_668n && ticks - once < 16_668n).toBe(true);
      expect(roundTrip({ kind: "datetime" }, once, true).value).toBe(once);
    }),
  );
});

test("the last three-hundredth of a second rounds up to the next day", () => {
  const day = 864_000_000_000n;
  expect(roundTrip({ kind: "datetime" }, 700_000n * day - 1n, true).value).toBe(700_000n * day);
});

test("any text survives nvarchar, and varchar turns what the code page lacks into question marks", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      expect(roundTrip({ kind: "nvarchar", length: -1 }, text, true).value).toBe(text);
    }),
  );
  expect(roundTrip({ kind: "varchar", length: 10 }, "a日ž", true).value).toBe("a?ž");
});

test.each([
  ["Cyrillic_General_CI_AS", "Привет"],
  ["Japanese_CI_AS", "日本 abc"],
  ["Czech_CI_AS", "Příliš"],
  ["Latin1_General_100_CI_AS_SC_UTF8", "日本 Привет"],
])("varchar of %s travels in its own code page", (collation, text) => {
  expect(roundTrip({ kind: "varchar", length: 50, collation }, text, true).value).toBe(text);
  const variant: Value = { type: { kind: "varchar", length: 50, collation }, value: text };
  expect(roundTrip({ kind: "sql_variant" }, variant, true).value).toMatchObject({ value: text });
});

test("a value longer than its column is cut, not sent wrong", () => {
  expect(roundTrip({ kind: "varchar", length: 3 }, "abcdef", true).value).toBe("abc");
  expect(roundTrip({ kind: "nvarchar", length: 3 }, "abcdef", true).value).toBe("abc");
});

test("rowversion travels as binary(8)", () => {
  const value = Uint8Array.of(0, 0, 0, 0, 0, 0, 7, 209);
  expect(roundTrip({ kind: "timestamp" }, value, true)).toEqual({ type: { kind: "binary", length: 8 }, value });
});

test.each([
  ["SQL_Latin1_General_CP1_CI_AS", "0904d00034"],
  ["Latin1_General_CI_AS", "0904d00000"],
  ["Latin1_General_CS_AS", "0904c00000"],
  ["Latin1_General_CI_AI", "0904f00000"],
  ["Latin1_General_BIN2", "0904000200"],
  ["Latin1_General_CS_AS_KS_WS", "0904000000"],
  ["Cyrillic_General_CI_AS", "1904d00000"],
  ["Japanese_BIN", "1104000100"],
  ["Latin1_General_100_CI_AS_SC_UTF8", "0904d00400"],
])("collation %s is %s on the wire", (name, bytes) => {
  expect(collationBytes(name).toString("hex")).toBe(bytes);
});

test.each([
  ["table-valued parameters", [0xf3]],
  ["CLR user-defined types", [0xf0]],
])("%s are refused by name", (name, bytes) => {
  expect(() => readTypeInfo(new ByteReader(Buffer.from(bytes)))).toThrow(`The emulator does not support`);
  expect(() => readTypeInfo(new ByteReader(Buffer.from(bytes)))).toThrow(name);
});
