/** sys.messages of the user: sp_addmessage, sp_dropmessage, and RAISERROR by number. */
import type { Server } from "../../storage/server";
import { SqlError } from "../errors";
import { registerProcedure } from "./systemProcedures";

export interface UserMessage {
  number: number;
  severity: number;
  text: string;
}

/** Kept while the server runs. */
const messages = new WeakMap<Server, Map<number, UserMessage>>();

export function userMessages(server: Server): Map<number, UserMessage> {
  let known = messages.get(server);
  if (!known) {
    known = new Map();
    messages.set(server, known);
  }
  return known;
}

export function userMessageText(server: Server, number: number): string | undefined {
  return userMessages(server).get(number)?.text;
}

export function registerMessageProcedures(): void {
  registerProcedure({
    name: "sp_addmessage",
    parameters: [
      { name: "@msgnum", type: { kind: "int" } },
      { name: "@severity", type: { kind: "smallint" } },
      { name: "@msgtext", type: { kind: "nvarchar", length: 255 } },
      { name: "@lang", type: { kind: "nvarchar", length: 128 }, default: null },
      { name: "@with_log", type: { kind: "varchar", length: 5 }, default: "FALSE" },
      { name: "@replace", type: { kind: "varchar", length: 7 }, default: null },
    ],
    execute({ arguments: args, activation }) {
      const number = Number(args.get("@msgnum"));
      const known = userMessages(activation.session.server);
      if (number <= 50000) throw new SqlError(15040, "User-defined error messages must have an ID greater than 50000.");
      if (known.has(number) && String(args.get("@replace") ?? "").toLowerCase() !== "replace") {
        throw new SqlError(15043, "You must specify 'REPLACE' to overwrite an existing message.");
      }
      known.set(number, { number, severity: Number(args.get("@severity")), text: String(args.get("@msgtext") ?? "") });
    },
  });
  registerProcedure({
    name: "sp_dropmessage",
    parameters: [
      { name: "@msgnum", type: { kind: "int" } },
      { name: "@lang", type: { kind: "nvarchar", length: 128 }, default: null },
    ],
    execute({ arguments: args, activation }) {
      const number = Number(args.get("@msgnum"));
      if (!userMessages(activation.session.server).delete(number))
        throw new SqlError(15179, `The message ${number} does not exist.`);
    },
  });
}
