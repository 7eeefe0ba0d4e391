import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import {
  bitString,
  boolean,
  generalizedTime,
  implicitlyTagged,
  objectIdentifier,
  octetString,
  positiveInteger,
  sequence,
  set,
  tagged,
  utf8String,
} from "./der";

/** A certificate and its key, both PEM. */
export interface Certificate {
  certificate: string;
  key: string;
}

const COMMON_NAME = "2.5.4.3";
const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
const SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
const BASIC_CONSTRAINTS = "2.5.29.19";
const DAY = 86_400_000;
const VALID_DAYS = 825;

const cache = new Map<string, Certificate>();

/**
 * The self-signed certificate of a server, made when TLS is first used and kept for the process. Written out here
 * because Node makes keys and signatures but no certificates, and a library for them costs a start-up more time
 * than all the rest.
 */
export function selfSignedCertificate(serverName: string): Certificate {
  let certificate = cache.get(serverName);
  if (certificate === undefined) {
    certificate = create(serverName);
    cache.set(serverName, certificate);
  }
  return certificate;
}

function create(serverName: string): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const algorithm = sequence(objectIdentifier(ECDSA_WITH_SHA256));
  const name = sequence(set(sequence(objectIdentifier(COMMON_NAME), utf8String(serverName))));
  const now = Date.now();
  const version3 = tagged(0, positiveInteger(Buffer.of(2)));
  const body = sequence(
    version3,
    positiveInteger(serialNumber()),
    algorithm,
    name,
    sequence(generalizedTime(new Date(now - DAY)), generalizedTime(new Date(now + VALID_DAYS * DAY))),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    tagged(3, sequence(basicConstraints(), alternativeNames(serverName))),
  );
  const der = sequence(body, algorithm, bitString(sign("sha256", body, privateKey)));
  return {
    certificate: pem("CERTIFICATE", der),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  // A first byte from 1 to 127: positive, and no leading zero.
  bytes[0] = ((bytes[0] as number) % 0x7f) + 1;
  return bytes;
}

/** Its own authority, so that a client can trust the certificate itself. */
function basicConstraints(): Buffer {
  return sequence(objectIdentifier(BASIC_CONSTRAINTS), boolean(true), octetString(sequence(boolean(true))));
}

/** The emulator is reached at loopback addresses, whatever its name. */
function alternativeNames(serverName: string): Buffer {
  const DNS_NAME = 2;
  const IP_ADDRESS = 7;
  const dnsNames = ["localhost", ...(/^[a-z0-9.-]+$/i.test(serverName) ? [serverName] : [])];
  const addresses = [Buffer.of(127, 0, 0, 1), Buffer.from([...new Array<number>(15).fill(0), 1])];
  const names = sequence(
    ...dnsNames.map((name) => implicitlyTagged(DNS_NAME, Buffer.from(name, "latin1"))),
    ...addresses.map((address) => implicitlyTagged(IP_ADDRESS, address)),
  );
  return sequence(objectIdentifier(SUBJECT_ALTERNATIVE_NAME), octetString(names));
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) as string[];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
