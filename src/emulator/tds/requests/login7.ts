import { ByteReader } from "../byteReader";
import { ByteWriter } from "../byteWriter";
import { ProtocolError, TDS_7_4 } from "../protocol";
import { deobfuscatePassword, obfuscatePassword } from "./passwordObfuscation";

/** The fields of LOGIN7 that the server looks at. */
export interface Login7 {
  tdsVersion: number;
  packetSize: number;
  processId: number;
  hostName: string;
  user: string;
  password: string;
  applicationName: string;
  serverName: string;
  interfaceName: string;
  language: string;
  database: string;
  attachDatabaseFile: string;
  integratedSecurity: boolean;
  changesPassword: boolean;
  /** Ids of the feature extensions that the client asks for. */
  features: number[];
}

export const Feature = { sessionRecovery: 0x01, federatedAuthentication: 0x02, utf8: 0x0a, terminator: 0xff } as const;

/** LOGIN7 is never longer than this. */
export const MAXIMUM_LOGIN_SIZE = 128 * 1024 - 1;

const INTEGRATED_SECURITY = 0x80;
const CHANGE_PASSWORD = 0x01;
const EXTENSION = 0x10;
/** Offset of the first OffsetLength pair. */
const FIRST_FIELD = 36;
/** Length of the part before the variable data. */
const FIXED_LENGTH = 94;

export function readLogin7(payload: Buffer): Login7 {
  const fixed = new ByteReader(payload);
  const length = fixed.uint32();
  if (length > payload.length || payload.length < FIXED_LENGTH) {
    throw new ProtocolError(`A login of ${payload.length} bytes that says it has ${length}.`);
  }
  const tdsVersion = fixed.uint32();
  const packetSize = fixed.uint32();
  fixed.take(4);
  const processId = fixed.uint32();
  fixed.take(4 + 1);
  const optionFlags2 = fixed.uint8();
  fixed.take(1);
  const optionFlags3 = fixed.uint8();
  fixed.position = FIRST_FIELD;

  const hostName = readField(payload, fixed);
  const user = readField(payload, fixed);
  const password = deobfuscatePassword(fieldBytes(payload, fixed, 2));
  const applicationName = readField(payload, fixed);
  const serverName = readField(payload, fixed);
  const extension = fieldBytes(payload, fixed, 1);
  const interfaceName = readField(payload, fixed);
  const language = readField(payload, fixed);
  const database = readField(payload, fixed);
  // ClientID, then SSPI, which is refused.
  fixed.take(6 + 4);
  const attachDatabaseFile = readField(payload, fixed);
  return {
    tdsVersion,
    packetSize,
    processId,
    hostName,
    user,
    password,
    applicationName,
    serverName,
    interfaceName,
    language,
    database,
    attachDatabaseFile,
    integratedSecurity: (optionFlags2 & INTEGRATED_SECURITY) !== 0,
    changesPassword: (optionFlags3 & CHANGE_PASSWORD) !== 0,
    features: optionFlags3 & EXTENSION ? readFeatures(payload, extension) : [],
  };
}

function fieldBytes(payload: Buffer, fixed: ByteReader, bytesPerUnit: number): Buffer {
  const offset = fixed.uint16();
  const length = fixed.uint16() * bytesPerUnit;
  if (length > 0 && offset + length > payload.length) {
    throw new ProtocolError("A field of the login lies outside the message.");
  }
  return payload.subarray(offset, offset + length);
}

function readField(payload: Buffer, fixed: ByteReader): string {
  return fieldBytes(payload, fixed, 2).toString("utf16le");
}

function readFeatures(payload: Buffer, extension: Buffer): number[] {
  const reader = new ByteReader(payload);
  reader.take(new ByteReader(extension).uint32());
  const features: number[] = [];
  for (let feature = reader.uint8(); feature !== Feature.terminator; feature = reader.uint8()) {
    features.push(feature);
    reader.take(reader.uint32());
  }
  return features;
}

/** What a client of ours says of itself. */
export interface LoginFields {
  packetSize: number;
  hostName: string;
  user: string;
  password: string;
  applicationName: string;
  serverName: string;
  interfaceName: string;
  database: string;
}

export function writeLogin7(login: LoginFields): Buffer {
  const CLIENT_VERSION = 0x07000000;
  const USE_DATABASE_OR_FAIL_AND_SET_LANGUAGE = 0xe0;
  const ODBC_DEFAULTS = 0x03;
  const UNKNOWN_COLLATION_HANDLING = 0x08;
  const writer = new ByteWriter(512);
  const lengthAt = writer.reserve(4);
  writer.uint32(TDS_7_4);
  writer.uint32(login.packetSize);
  writer.uint32(CLIENT_VERSION);
  writer.uint32(process.pid);
  writer.uint32(0);
  writer.uint8(USE_DATABASE_OR_FAIL_AND_SET_LANGUAGE);
  writer.uint8(ODBC_DEFAULTS);
  writer.uint8(0);
  writer.uint8(UNKNOWN_COLLATION_HANDLING);
  writer.uint32(0);
  writer.uint32(0x0409);

  const data = new ByteWriter(512);
  const field = (bytes: Buffer) => {
    writer.uint16(FIXED_LENGTH + data.length);
    writer.uint16(bytes.length / 2);
    data.bytes(bytes);
  };
  const text = (value: string) => field(Buffer.from(value, "utf16le"));
  const none = () => field(Buffer.alloc(0));
  text(login.hostName);
  text(login.user);
  field(obfuscatePassword(login.password));
  text(login.applicationName);
  text(login.serverName);
  none(); // extension
  text(login.interfaceName);
  none(); // language
  text(login.database);
  writer.zeros(6); // ClientID
  none(); // SSPI
  none(); // attached database file
  none(); // new password
  writer.uint32(0); // long SSPI
  writer.bytes(data.view());
  writer.patchUint32(lengthAt, writer.length);
  return writer.view();
}
