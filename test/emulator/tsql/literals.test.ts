import { type Expression, parseBatch, parseExpressionText } from "../../../src/emulator/tsql";
import { syntaxErrorOf } from "./batches";

function constantOf(text: string): unknown {
  const { span, ...node } = parseExpressionText(text) as Expression & { value?: unknown };
  return node.value instanceof Uint8Array ? { ...node, value: Buffer.from(node.value).toString("hex") } : node;
}

describe("constants", () => {
  test.each([
    ["42", { kind: "integer", text: "42" }],
    ["12345678901234567890123456789012345678", { kind: "integer", text: "12345678901234567890123456789012345678" }],
    ["1.50", { kind: "decimal", text: "1.50" }],
    ["1.", { kind: "decimal", text: "1." }],
    [".5", { kind: "decimal", text: ".5" }],
    ["1e3", { kind: "float", text: "1e3" }],
    ["2.5E-1", { kind: "float", text: "2.5E-1" }],
    ["1e", { kind: "float", text: "1e" }],
    ["$1.5", { kind: "money", text: "1.5" }],
    ["£3", { kind: "money", text: "3" }],
    ["$", { kind: "money", text: "0" }],
    ["0x", { kind: "binary", value: "" }],
    ["0xABC", { kind: "binary", value: "0abc" }],
    ["0X01ff", { kind: "binary", value: "01ff" }],
    ["0x01\\\n02", { kind: "binary", value: "0102" }],
    ["NULL", { kind: "null" }],
    ["'it''s'", { kind: "string", value: "it's", national: false }],
    ["N'日本'", { kind: "string", value: "日本", national: true }],
    ["n''", { kind: "string", value: "", national: true }],
    ["'a\\\nb'", { kind: "string", value: "ab", national: false }],
    ["'a\\\r\nb'", { kind: "string", value: "ab", national: false }],
    ["'a\nb'", { kind: "string", value: "a\nb", national: false }],
    ["@x", { kind: "variable", name: "@x" }],
    ["@Größe", { kind: "variable", name: "@Größe" }],
    ["@@rowcount", { kind: "globalVariable", name: "ROWCOUNT" }],
    ["a", { kind: "column", parts: ["a"] }],
    ["[a ]]b]", { kind: "column", parts: ["a ]b"] }],
    ['"a""b"', { kind: "column", parts: ['a"b'] }],
    ["db..t.c", { kind: "column", parts: ["db", "", "t", "c"] }],
    ["$action", { kind: "column", parts: ["$action"] }],
    ["IDENTITYCOL", { kind: "column", parts: ["$identity"] }],
    ["ROWGUIDCOL", { kind: "column", parts: ["$rowguid"] }],
    ["#t.a", { kind: "column", parts: ["#t", "a"] }],
    ["Größe", { kind: "column", parts: ["Größe"] }],
  ])("%s", (text, expected) => expect(constantOf(text)).toEqual(expected));

  test("a number and the word after it need no space", () => {
    expect(parseBatch("SELECT 1a").statements[0]).toMatchObject({
      query: { body: { items: [{ expression: { text: "1" }, alias: "a" }] } },
    });
  });

  test.each([
    ["{d '2024-01-31'}", "datetime"],
    ["{t '10:00:00'}", "datetime"],
    ["{ts '2024-01-31 10:00:00'}", "datetime"],
    ["{guid '6F9619FF-8B86-D011-B42D-00C04FC964FF'}", "uniqueidentifier"],
  ])("the ODBC escape %s is a cast", (text, type) => {
    expect(parseExpressionText(text)).toMatchObject({ kind: "cast", form: "cast", type: { name: type } });
  });

  test("the ODBC escape {fn …} is the call in it", () => {
    expect(parseExpressionText("{fn UCASE('a')}")).toMatchObject({ kind: "call", name: { name: "UCASE" } });
  });
});

describe("double quotes", () => {
  test("hold an identifier under QUOTED_IDENTIFIER ON, a string under OFF", () => {
    const text = `SELECT "it's"`;
    expect(parseBatch(text).statements[0]).toMatchObject({
      query: { body: { items: [{ expression: { kind: "column", parts: ["it's"] } }] } },
    });
    expect(parseBatch(text, { quotedIdentifier: false }).statements[0]).toMatchObject({
      query: { body: { items: [{ expression: { kind: "string", value: "it's" } }] } },
    });
  });

  test("change their meaning where SET QUOTED_IDENTIFIER stands in the batch", () => {
    const text = 'SET QUOTED_IDENTIFIER OFF SELECT "x" SET QUOTED_IDENTIFIER ON SELECT "x"';
    const [, first, , second] = parseBatch(text).statements;
    expect(first).toMatchObject({ query: { body: { items: [{ expression: { kind: "string" } }] } } });
    expect(second).toMatchObject({ query: { body: { items: [{ expression: { kind: "column" } }] } } });
  });
});

describe("white space and comments", () => {
  test("comments nest", () => {
    expect(parseBatch("/* a /* b */ c */ SELECT 1 -- d").statements).toHaveLength(1);
  });

  test("a comment marker in a string is text", () => {
    expect(parseExpressionText("'/* -- '")).toMatchObject({ value: "/* -- " });
  });

  test.each(["\u00a0", "\u3000", "\ufeff", "\f", "\u0000"])("%j is white space", (character) => {
    expect(syntaxErrorOf(`${character}SELECT${character}1${character}`)).toBeUndefined();
  });

  test("a batch of nothing has no statements", () => {
    expect(parseBatch(" ;; -- nothing\n/* at all */").statements).toEqual([]);
  });
});
