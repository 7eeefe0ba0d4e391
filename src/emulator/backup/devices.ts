/** From the devices of a statement to files. */
import { isAbsolute, join } from "node:path";
import { NotEmulatedError } from "../engine/errors";
import type { Server } from "../storage/server";
import { cause } from "./errors";

/** As evaluated from the statement. */
export interface DeviceName {
  readonly type: "disk" | "logical" | "url" | "tape";
  readonly name: string;
}

export interface Device {
  /** Path as history and messages show it. */
  readonly physicalName: string;
  readonly logicalName: string | null;
  /** File to open; undefined for NUL, which takes everything and keeps nothing. */
  readonly path: string | undefined;
}

const MAX_NAME = 259;
const MAX_DEVICES = 64;

export function resolveDevices(server: Server, names: readonly DeviceName[]): Device[] {
  if (names.length > MAX_DEVICES) {
    throw cause(3205, `Too many backup devices specified for backup or restore; only ${MAX_DEVICES} are allowed.`);
  }
  return names.map((name) => resolveDevice(server, name));
}

function resolveDevice(server: Server, { type, name }: DeviceName): Device {
  if (type === "url") throw new NotEmulatedError("backup devices of type URL");
  if (type === "tape") throw new NotEmulatedError("backup devices of type TAPE");
  if (name === "") {
    throw cause(3044, "Invalid zero-length device name. Reissue the BACKUP statement with a valid device name.");
  }
  if (name.length > MAX_NAME) {
    throw cause(
      3057,
      `Invalid device name. The length of the device name provided exceeds supported limit (maximum length is:${MAX_NAME}). Reissue the BACKUP statement with a valid device name.`,
    );
  }
  if (type === "logical") {
    const record = server.master.metadata.findOne("backupDevice", name);
    if (!record) {
      throw cause(
        3206,
        `Backup device '${name}' does not exist. To view existing backup devices, use the sys.backup_devices catalog view. To create a new backup device use either sp_addumpdevice or SQL Server Management Studio.`,
      );
    }
    return { ...onDisk(server, record.physicalName), logicalName: record.name };
  }
  return { ...onDisk(server, name), logicalName: null };
}

function onDisk(server: Server, name: string): Pick<Device, "physicalName" | "path"> {
  if (/^nul:?$/i.test(name)) return { physicalName: "NUL", path: undefined };
  const absolute = isAbsolute(name) || /^([a-z]:)?[\\/]/i.test(name);
  const physicalName = absolute ? name : join(server.defaultBackupDirectory, name);
  return { physicalName, path: physicalName };
}
