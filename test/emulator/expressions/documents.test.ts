import { errorOf, textOf } from "./evaluate";

describe("JSON", () => {
  test.each([
    [`JSON_VALUE('{"a":{"b":[1,"x"]}}', '$.a.b[1]')`, "x"],
    [`JSON_VALUE('{"e e":5}', '$."e e"')`, "5"],
    [`JSON_VALUE('{"a":true}', '$.a')`, "true"],
    [`JSON_VALUE('{"a":null}', '$.a')`, null],
    [`JSON_VALUE('{"a":{}}', '$.a')`, null],
    [`JSON_QUERY('{"a":{"b":[1, "x"]}}', '$.a.b')`, '[1, "x"]'],
    [`JSON_QUERY('{"a":1}', '$.a')`, null],
    [`ISJSON('{"a":}')`, "0"],
    [`ISJSON('1')`, "0"],
    [`JSON_MODIFY('{"a":1}', '$.a', 2)`, '{"a":2}'],
    [`JSON_MODIFY('{"a":1}', '$.b', 'x')`, '{"a":1,"b":"x"}'],
    [`JSON_MODIFY('{"a":1, "b":2}', '$.a', NULL)`, '{"b":2}'],
    [`JSON_MODIFY('{"a":1}', 'strict $.a', NULL)`, '{"a":null}'],
    [`JSON_MODIFY('{"a":[1]}', 'append $.a', 2)`, '{"a":[1,2]}'],
    [`JSON_MODIFY('{"a":1}', '$.b', JSON_QUERY('{"c":2}'))`, '{"a":1,"b":{"c":2}}'],
    [`JSON_MODIFY('{"a":1}', '$.b', '{"c":2}')`, '{"a":1,"b":"{\\"c\\":2}"}'],
    [`JSON_OBJECT('a':1, 'b':NULL)`, '{"a":1,"b":null}'],
    [`JSON_ARRAY(1, 'x', NULL)`, '[1,"x"]'],
  ])("%s", (expression, text) => {
    expect(textOf(expression)).toBe(text);
  });

  test.each([
    [`JSON_VALUE('{a:1}', '$.b')`, 13609],
    [`JSON_VALUE('{}', 'a')`, 13607],
    [`JSON_VALUE('{}', 'strict $.b')`, 13608],
    [`JSON_VALUE('{"d":{}}', 'strict $.d')`, 13623],
    [`JSON_QUERY('{"d":1}', 'strict $.d')`, 13624],
  ])("%s raises %i", (expression, number) => {
    expect(errorOf(expression)).toBe(number);
  });
});

describe("hashes and passwords", () => {
  test.each([
    ["HASHBYTES('MD5', 'abc')", "0x900150983CD24FB0D6963F7D28E17F72"],
    ["HASHBYTES('SHA1', 'abc')", "0xA9993E364706816ABA3E25717850C26C9CD0D89D"],
    ["HASHBYTES('nosuch', 'abc')", null],
    ["CHECKSUM(1)", "1"],
    ["CAST(DECOMPRESS(COMPRESS('abc')) AS varchar(10))", "abc"],
    ["PWDCOMPARE('x', PWDENCRYPT('x'))", "1"],
    ["PWDCOMPARE('y', PWDENCRYPT('x'))", "0"],
    ["CAST(SQL_VARIANT_PROPERTY(1.5, 'BaseType') AS varchar(20))", "numeric"],
    ["CAST(SQL_VARIANT_PROPERTY(1.5, 'Precision') AS varchar(20))", "2"],
  ])("%s", (expression, text) => {
    expect(textOf(expression)).toBe(text);
  });

  test("HASHBYTES takes texts and binaries only; weak algorithms are refused by name", () => {
    expect(errorOf("HASHBYTES('MD5', 1)")).toBe(8116);
    expect(errorOf("HASHBYTES('MD4', 'a')")).toBe(49999);
  });
});

describe("xml", () => {
  test.each([
    ["CAST('<a></a>' AS xml)", "<a/>"],
    ["CAST('<a b=\"1\">x &amp; y</a>' AS xml)", '<a b="1">x &amp; y</a>'],
    ["CAST('<?xml version=\"1.0\"?><a><b/> </a>' AS xml)", "<a><b/></a>"],
    ["CAST('text' AS xml)", "text"],
    ["TRY_CAST('<a>' AS xml)", null],
  ])("%s", (expression, text) => {
    expect(textOf(expression)).toBe(text);
  });

  test.each([
    ["CAST('<a>' AS xml)", 9400],
    ["CAST('<a></b>' AS xml)", 9436],
    ["CAST('a & b' AS xml)", 9421],
  ])("%s raises %i", (expression, number) => {
    expect(errorOf(expression)).toBe(number);
  });
});
