import { duration, findingLines, showFindings } from "../../../src/cli/terminal";

describe("what a person reads", () => {
  test("a finding says where, what, the number, every message, and what to do", () => {
    const messages = [
      { number: 3201, state: 1, class: 16, text: "Cannot open backup device '/x'." },
      { number: 3013, state: 1, class: 16, text: "BACKUP LOG is terminating abnormally." },
    ];
    const finding = {
      step: "log",
      server: "R\\X",
      database: "Sales",
      number: 3201,
      hint: "check the path",
      messages,
    } as const;
    expect(findingLines({ ...finding, message: "Cannot open backup device '/x'." })).toEqual([
      "log: Sales on R\\X: Cannot open backup device '/x'. (error 3201)",
      "    also: BACKUP LOG is terminating abnormally. (error 3013)",
      "    hint: check the path",
    ]);
  });

  test("a hint that the message has already is not said twice", () => {
    const message = "the connection failed on h,1433: refused\n  hint: check host and port";
    expect(findingLines({ step: "log", server: "S", message, hint: "check host and port" })).toEqual([
      "log: S: the connection failed on h,1433: refused",
      "    hint: check host and port",
    ]);
  });

  test("what to do about several findings in a row is said once, after the last", () => {
    const lines: string[] = [];
    const terminal = { print() {}, progress() {}, complain: (...more: string[]) => void lines.push(...more) };
    const finding = { step: "preflight", server: "R", message: "away", hint: "start it" } as const;
    showFindings(
      [
        { ...finding, database: "A" },
        { ...finding, database: "B" },
      ],
      terminal,
    );
    expect(lines).toEqual([
      "2 findings:",
      "  preflight: A on R: away",
      "  preflight: B on R: away",
      "      hint: start it",
    ]);
  });

  test("durations are in the unit that fits", () => {
    expect([5, 999, 1000, 61_234].map(duration)).toEqual(["5 ms", "999 ms", "1.0 s", "61.2 s"]);
  });
});
