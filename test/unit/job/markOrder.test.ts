import fc from "fast-check";
import { type MarkTarget, orderMarkCalls } from "../../../src/job/markOrder";

const member = (server: string, database: string, realServer = server): MarkTarget => ({
  server,
  database,
  realServer,
});
const calls = (members: MarkTarget[], control = "CTRL") =>
  orderMarkCalls(members, control).map((call) => `${call.member.server}.${call.member.database} ${call.procedure}`);

describe("the calls of the marked transaction", () => {
  test("members of the control server write their row in the transaction that is open", () => {
    expect(calls([member("CTRL", "a"), member("CTRL", "b")])).toEqual(["CTRL.a sp_SetMark", "CTRL.b sp_SetMark"]);
  });

  test("the first member of each remote server begins a marked transaction there", () => {
    expect(calls([member("R2", "d"), member("CTRL", "a"), member("R1", "b"), member("R1", "c")])).toEqual([
      "CTRL.a sp_SetMark",
      "R1.b sp_SetMarkRemote",
      "R1.c sp_SetMark",
      "R2.d sp_SetMarkRemote",
    ]);
  });

  test("two aliases of one server are one server", () => {
    expect(calls([member("alias", "b", "REAL\\X"), member("REAL,5000", "c", "real\\x")])).toEqual([
      "alias.b sp_SetMarkRemote",
      "REAL,5000.c sp_SetMark",
    ]);
  });

  test("an alias of the control server is local, whatever its case", () => {
    expect(calls([member("loop", "a", "ctrl")])).toEqual(["loop.a sp_SetMark"]);
  });

  test("a remote server alone, without local members, gets its own mark", () => {
    expect(calls([member("R", "a")])).toEqual(["R.a sp_SetMarkRemote"]);
  });

  test("every member is called once, every remote server marked exactly once, before its other members", () => {
    const name = fc.constantFrom("CTRL", "ctrl", "R1", "r1", "R2", "R3");
    const members = fc.array(fc.record({ server: fc.string(), database: fc.string(), realServer: name }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(members, (targets) => {
        const ordered = orderMarkCalls(targets, "CTRL");
        expect(new Set(ordered.map((call) => call.member))).toEqual(new Set(targets));
        const marked = new Set(["CTRL"]);
        for (const { member: target, procedure } of ordered) {
          const server = target.realServer.toUpperCase();
          expect(procedure).toBe(marked.has(server) ? "sp_SetMark" : "sp_SetMarkRemote");
          marked.add(server);
        }
      }),
    );
  });
});
