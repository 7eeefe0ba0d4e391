import { cpSync, readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { Server } from "../../../src/emulator/storage/server";
import { systemTable } from "../../../src/emulator/storage/systemTable";
import { begin, database, removeTemporaryFolders, rows, temporaryFolder } from "./world";

afterAll(removeTemporaryFolders);

type Step = { kind: "put" | "delete"; key: number; value: number };

const transactions = fc.array(
  fc.record({
    steps: fc.array(fc.record<Step>({ kind: fc.constantFrom("put", "delete"), key: fc.nat(9), value: fc.nat(999) }), {
      maxLength: 6,
    }),
    commits: fc.boolean(),
  }),
  { minLength: 1, maxLength: 15 },
);

test("cut anywhere, the log gives back a prefix of the committed transactions", () => {
  fc.assert(
    fc.property(transactions, fc.double({ min: 0, max: 1, noNaN: true }), (work, share) => {
      const folder = temporaryFolder();
      const server = Server.open({ serverName: "A", dataDirectory: folder });
      const { database: made, table } = database(server);
      const states = [new Map<number, number>()];
      for (const { steps, commits } of work) {
        const state = new Map(states.at(-1));
        const transaction = begin(server);
        for (const { kind, key, value } of steps) {
          const found = [...table.entries.values()].find((entry) => entry.current.row?.[0] === key);
          if (kind === "delete") {
            if (found?.current.row) transaction.delete(table, found.id);
            state.delete(key);
          } else {
            if (found?.current.row) transaction.update(table, found.id, [key, String(value)]);
            else transaction.insert(table, [key, String(value)]);
            state.set(key, value);
          }
        }
        if (commits) {
          transaction.commit();
          states.push(state);
        } else {
          transaction.rollback();
        }
      }
      const copy = temporaryFolder();
      cpSync(folder, copy, { recursive: true, filter: (path) => !path.endsWith("lock") });
      server.close();
      const log = join(
        copy,
        made.record.folder,
        readdirSync(join(copy, made.record.folder)).find((name) => name.startsWith("log.")) ?? "",
      );
      const whole = statSync(log).size;
      truncateSync(log, Math.round(whole * share));
      const again = Server.open({ serverName: "A", dataDirectory: copy });
      const present = again.database("db")?.findObject("dbo", "t");
      if (present) {
        const found = new Map(
          rows(again, systemTable(again.database("db") ?? again.master, "t")).map(([key, value]) => [
            key,
            Number(value),
          ]),
        );
        expect(states).toContainEqual(found);
        if (share === 1) expect(found).toEqual(states.at(-1));
      }
      again.close();
    }),
    { numRuns: 25 },
  );
});
