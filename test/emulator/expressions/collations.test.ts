import fc from "fast-check";
import { collationKey, compareText, findCollation } from "../../../src/emulator/engine/types";
import { errorOf, test as holds } from "./evaluate";

const CI_AS = "SQL_Latin1_General_CP1_CI_AS";

describe("collations", () => {
  test.each([
    ["'a' = 'A '", true],
    ["'a' COLLATE Latin1_General_CS_AS = 'A'", false],
    ["'e' COLLATE Latin1_General_CI_AI = 'é'", true],
    ["'e' = 'é'", false],
    ["'É' = 'é'", true],
    ["'B' COLLATE Latin1_General_BIN < 'a'", true],
    ["'B' COLLATE Latin1_General_CI_AS < 'a'", false],
    ["'ß' = 'ss' COLLATE Latin1_General_CI_AS", true],
    ["'b' BETWEEN 'A' AND 'C'", true],
  ])("%s: %s", (condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });

  test("two explicit collations conflict; unknown ones are refused", () => {
    expect(errorOf("CASE WHEN 'a' COLLATE Latin1_General_CI_AS = 'b' COLLATE Latin1_General_CS_AS THEN 1 END")).toBe(
      468,
    );
    expect(errorOf("'a' COLLATE nosuch")).toBe(448);
    expect(errorOf("1 COLLATE Latin1_General_CI_AS")).toBe(447);
  });

  test.each([
    ["latin1_general_100_ci_as_sc_utf8", "Latin1_General_100_CI_AS_SC_UTF8"],
    ["SQL_Latin1_General_CP1_CI_AS", CI_AS],
    ["Polish_CI_AS", "Polish_CI_AS"],
    ["Latin1_General_BIN2", "Latin1_General_BIN2"],
  ])("%s is known as %s", (name, spelling) => {
    expect(findCollation(name)?.name).toBe(spelling);
  });

  test.each(["Latin1_General", "Latin1_General_CI", "Klingon_CI_AS", ""])("%s is none", (name) => {
    expect(findCollation(name)).toBeUndefined();
  });

  const text = fc.string({ unit: fc.constantFrom(..."aAbBzZ019 _-é'É%") });

  test.each([CI_AS, "Latin1_General_CS_AS", "Latin1_General_CI_AI", "Latin1_General_BIN2"])(
    "%s: texts have one key exactly when they are equal",
    (collation) => {
      fc.assert(
        fc.property(text, text, (one, other) => {
          const equal = compareText(one, other, collation) === 0;
          expect(collationKey(one, collation) === collationKey(other, collation)).toBe(equal);
        }),
      );
    },
  );

  test.each([CI_AS, "Latin1_General_CS_AS", "Latin1_General_CI_AI", "Latin1_General_BIN2"])(
    "%s is an order",
    (collation) => {
      fc.assert(
        fc.property(text, text, text, (a, b, c) => {
          expect(Math.sign(compareText(a, b, collation))).toBe(-Math.sign(compareText(b, a, collation)) + 0);
          if (compareText(a, b, collation) <= 0 && compareText(b, c, collation) <= 0) {
            expect(compareText(a, c, collation)).toBeLessThanOrEqual(0);
          }
        }),
      );
    },
  );
});

describe("LIKE", () => {
  test.each([
    ["'ab' LIKE 'a_'", true],
    ["'abc' LIKE 'A%'", true],
    ["'' LIKE '%'", true],
    ["'abc' LIKE '[a-b]_c'", true],
    ["'xbc' LIKE '[^a-b]bc'", true],
    ["'5%' LIKE '5[%]'", true],
    ["'a_b' LIKE 'a[_]b'", true],
    ["'[x' LIKE '[[]x'", true],
    ["'a-c' LIKE 'a[-]c'", true],
    ["'50%' LIKE '50!%' ESCAPE '!'", true],
    ["'500' LIKE '50!%' ESCAPE '!'", false],
    ["'a[b' LIKE 'a![b' ESCAPE '!'", true],
    ["'abc ' LIKE 'abc'", true],
    ["N'abc ' LIKE N'abc'", false],
    ["'abc' LIKE 'abc '", false],
    ["'abcabc' LIKE '%b%bc'", true],
    ["'x' LIKE '[x'", false],
    ["5 LIKE '5'", true],
    ["NULL LIKE 'a'", null],
    ["'a' NOT LIKE 'b'", true],
  ])("%s: %s", (condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });

  test("an escape of more than one character is refused", () => {
    expect(errorOf("CASE WHEN 'a' LIKE 'a' ESCAPE 'xx' THEN 1 END")).toBe(506);
  });
});

describe("collation conflicts", () => {
  const [one, other] = ["'a' COLLATE Latin1_General_CI_AS", "'b' COLLATE Latin1_General_CS_AS"];
  test.each([
    [`${one} + ${other}`, 451],
    [`CONCAT(${one}, ${other})`, 451],
    [`CHARINDEX(${one}, ${other})`, 468],
    [`CASE WHEN ${one} LIKE ${other} THEN 1 END`, 468],
  ])("%s raises %i", (expression, number) => {
    expect(errorOf(expression)).toBe(number);
  });
});
