import { ByteReader } from "../byteReader";
import { ByteWriter } from "../byteWriter";
import { type ProductVersion, ProtocolError } from "../protocol";

/** What an end of the connection says about encryption in PRELOGIN. */
export const Encryption = { off: 0, on: 1, notSupported: 2, required: 3 } as const;

const OptionToken = { version: 0, encryption: 1, instance: 2, threadId: 3, mars: 4, terminator: 0xff } as const;

export interface Prelogin {
  encryption: number;
  /** Instance that the client thinks it talks to; "" if it does not say. */
  instance: string;
}

export function readPrelogin(payload: Buffer): Prelogin {
  const reader = new ByteReader(payload);
  const prelogin: Prelogin = { encryption: Encryption.notSupported, instance: "" };
  for (let token = reader.uint8(); token !== OptionToken.terminator; token = reader.uint8()) {
    const offset = reader.uint16BE();
    const length = reader.uint16BE();
    if (offset + length > payload.length) {
      throw new ProtocolError(`PRELOGIN option ${token} lies outside the message.`);
    }
    if (token === OptionToken.encryption && length > 0) {
      prelogin.encryption = payload[offset] as number;
    } else if (token === OptionToken.instance) {
      prelogin.instance = payload.toString("latin1", offset, offset + length).replace(/\0.*$/s, "");
    }
  }
  return prelogin;
}

/** The options of a PRELOGIN message, from either end: MARS is always off, federated authentication never offered. */
export function writePrelogin(encryption: number, version: ProductVersion): Buffer {
  const options: [number, Buffer][] = [
    [OptionToken.version, versionOption(version)],
    [OptionToken.encryption, Buffer.of(encryption)],
    [OptionToken.instance, Buffer.of(0)],
    [OptionToken.threadId, Buffer.alloc(4)],
    [OptionToken.mars, Buffer.of(0)],
  ];
  const writer = new ByteWriter(128);
  let offset = options.length * 5 + 1;
  for (const [token, data] of options) {
    writer.uint8(token);
    writer.uint16BE(offset);
    writer.uint16BE(data.length);
    offset += data.length;
  }
  writer.uint8(OptionToken.terminator);
  for (const [, data] of options) {
    writer.bytes(data);
  }
  return writer.view();
}

function versionOption({ major, minor, build }: ProductVersion): Buffer {
  return Buffer.of(major, minor, build >>> 8, build & 0xff, 0, 0);
}
