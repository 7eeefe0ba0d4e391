/** Logical backup devices: sp_addumpdevice and sp_dropdevice. */
import { rmSync } from "node:fs";
import { NotEmulatedError, SqlError } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import type { Steps } from "../engine/session/steps";
import { registerProcedure } from "../engine/session/systemProcedures";
import type { SqlType, Value } from "../engine/values";

const NAME: SqlType = { kind: "nvarchar", length: 128 };
const PATH: SqlType = { kind: "nvarchar", length: 260 };
const WORD: SqlType = { kind: "varchar", length: 40 };
const DISK = 2;

export function registerDeviceProcedures(): void {
  registerProcedure({
    name: "sp_addumpdevice",
    parameters: [
      { name: "@devtype", type: WORD },
      { name: "@logicalname", type: NAME },
      { name: "@physicalname", type: PATH },
      { name: "@cntrltype", type: { kind: "smallint" }, default: null },
      { name: "@devstatus", type: WORD, default: null },
    ],
    *execute({ arguments: values, activation }): Steps<void> {
      requireDiskAdministrator(activation);
      yield* change(activation, () => addDevice(activation, values));
    },
  });
  registerProcedure({
    name: "sp_dropdevice",
    parameters: [
      { name: "@logicalname", type: NAME },
      { name: "@delfile", type: WORD, default: null },
    ],
    *execute({ arguments: values, activation }): Steps<void> {
      requireDiskAdministrator(activation);
      const path = yield* change(activation, () => dropDevice(activation, String(values.get("@logicalname") ?? "")));
      if (String(values.get("@delfile") ?? "").toLowerCase() === "delfile") rmSync(path, { force: true });
    },
  });
}

function addDevice({ session }: Activation, values: Map<string, Value>): void {
  const { master } = session.server;
  const type = String(values.get("@devtype") ?? "").toLowerCase();
  if (type !== "disk") throw new NotEmulatedError(`backup devices of type ${type}`);
  const name = String(values.get("@logicalname") ?? "");
  if (name === "") throw new SqlError(15100, "Usage: EXEC sp_addumpdevice <devtype>, <logicalname>, <physicalname>.");
  if (master.metadata.findOne("backupDevice", name)) {
    throw new SqlError(15026, `Logical device '${name}' already exists.`);
  }
  const id = master.metadata.nextId("backupDevice");
  const physicalName = String(values.get("@physicalname") ?? "");
  session.requireTransaction().putRecord(master, "backupDevice", id, { id, name, physicalName, type: DISK });
}

function dropDevice({ session }: Activation, name: string): string {
  const { master } = session.server;
  const device = master.metadata.findOne("backupDevice", name);
  if (!device)
    throw new SqlError(15012, `The device '${name}' does not exist. Use sys.backup_devices to show available devices.`);
  session.requireTransaction().putRecord(master, "backupDevice", device.id, undefined);
  return device.physicalName;
}

function* change<T>(activation: Activation, work: () => T): Steps<T> {
  const { session } = activation;
  return yield* session.inTransaction(activation, () => session.runBody(activation, work));
}

function requireDiskAdministrator({ session }: Activation): void {
  if (session.security.isServerRoleMember("sysadmin") || session.security.isServerRoleMember("diskadmin")) return;
  throw new SqlError(15247, "User does not have permission to perform this action.");
}
