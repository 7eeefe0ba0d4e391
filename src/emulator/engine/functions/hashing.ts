/** HASHBYTES, CHECKSUM, BINARY_CHECKSUM, COMPRESS, DECOMPRESS, PWDENCRYPT, PWDCOMPARE. */
import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { hashPassword, verifyPassword } from "../../security/passwords";
import { NotEmulatedError, SqlError } from "../errors";
import { collationKey } from "../types/collations/compare";
import { bytesOf } from "../types/conversions/toBinary";
import { isBinary, isCharacter, isInteger, isUnicode } from "../types/families";
import { INT, NVARCHAR_MAX, VARBINARY_MAX, VARCHAR_MAX, varbinary } from "../types/systemTypes";
import type { SqlType, Value, Variant } from "../values";
import { invalidArgument } from "./arguments";
import { registerFunctions } from "./registry";

const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: "md5",
  SHA: "sha1",
  SHA1: "sha1",
  SHA2_256: "sha256",
  SHA2_512: "sha512",
};

/** Texts and binaries only. */
function requireBytes(type: SqlType | undefined, position: number, name: string): void {
  if (type && !isCharacter(type) && !isBinary(type) && !type.isNullLiteral) throw invalidArgument(type, position, name);
}

const rotated = (checksum: number, bits: number): number => (checksum << bits) | (checksum >>> (32 - bits));

function checksumOfBytes(bytes: Uint8Array): number {
  let checksum = 0;
  for (const byte of bytes) checksum = rotated(checksum, 4) ^ byte;
  return checksum | 0;
}

const NULL_CHECKSUM = 0x7fffffff;

/** `folded`: texts that the collation finds equal have one checksum. */
function checksumOf(value: Value, type: SqlType, folded: boolean): number {
  if (value === null) return NULL_CHECKSUM;
  if (type.kind === "sql_variant") return checksumOf((value as Variant).value, (value as Variant).type, folded);
  if (isInteger(type) && type.kind !== "bigint") return value as number;
  if (isCharacter(type)) {
    const text = folded ? collationKey(value as string, type.collation).toUpperCase() : (value as string);
    return checksumOfBytes(isUnicode(type) ? Buffer.from(text, "utf16le") : Buffer.from(text, "latin1"));
  }
  return checksumOfBytes(bytesOf(value, type));
}

function checksum(values: readonly Value[], types: readonly SqlType[], folded: boolean): number {
  let result = 0;
  values.forEach((value, i) => {
    result = (i === 0 ? 0 : rotated(result, 4)) ^ checksumOf(value, types[i] as SqlType, folded);
  });
  return result | 0;
}

const uncomparable = (type: SqlType): boolean => ["text", "ntext", "image", "xml", "cursor"].includes(type.kind);

function checksumFunction(name: "CHECKSUM" | "BINARY_CHECKSUM") {
  return {
    name,
    minArgs: 1,
    maxArgs: Number.POSITIVE_INFINITY,
    keepsNotNull: true,
    resolve: (types: readonly SqlType[]): SqlType => {
      const at = types.findIndex(uncomparable);
      if (at >= 0) throw invalidArgument(types[at], at + 1, name);
      return INT;
    },
    evaluate: (values: readonly Value[], _: unknown, { types }: { types: readonly SqlType[] }): Value =>
      checksum(values, types, name === "CHECKSUM"),
  };
}

registerFunctions([
  {
    name: "HASHBYTES",
    minArgs: 2,
    maxArgs: 2,
    parameters: [VARCHAR_MAX, undefined],
    strict: true,
    resolve: ([, type]) => {
      requireBytes(type, 2, "hashbytes");
      return varbinary(8000);
    },
    evaluate: ([algorithm, value], _, { types }) => {
      const name = (algorithm as string).trim().toUpperCase();
      if (name === "MD2" || name === "MD4") throw new NotEmulatedError(`HASHBYTES('${name}')`);
      const hash = ALGORITHMS[name];
      if (hash === undefined) return null;
      return new Uint8Array(
        createHash(hash)
          .update(bytesOf(value as Exclude<Value, null>, types[1] as SqlType))
          .digest(),
      );
    },
  },
  checksumFunction("CHECKSUM"),
  checksumFunction("BINARY_CHECKSUM"),
  {
    name: "COMPRESS",
    minArgs: 1,
    maxArgs: 1,
    strict: true,
    resolve: ([type]) => {
      requireBytes(type, 1, "compress");
      return VARBINARY_MAX;
    },
    evaluate: ([value], _, { types }) =>
      new Uint8Array(gzipSync(bytesOf(value as Exclude<Value, null>, types[0] as SqlType))),
  },
  {
    name: "DECOMPRESS",
    minArgs: 1,
    maxArgs: 1,
    parameters: [VARBINARY_MAX],
    strict: true,
    resolve: () => VARBINARY_MAX,
    evaluate: ([value]) => {
      try {
        return new Uint8Array(gunzipSync(value as Uint8Array));
      } catch {
        throw new SqlError(9842, "Failed to decompress the input. The input is not in GZIP format.", 1, 16);
      }
    },
  },
  {
    name: "PWDENCRYPT",
    minArgs: 1,
    maxArgs: 1,
    parameters: [NVARCHAR_MAX],
    strict: true,
    volatile: true,
    resolve: () => varbinary(128),
    evaluate: ([password]) => hashPassword(password as string),
  },
  {
    name: "PWDCOMPARE",
    minArgs: 2,
    maxArgs: 3,
    parameters: [NVARCHAR_MAX, VARBINARY_MAX, INT],
    strict: true,
    resolve: () => INT,
    evaluate: ([password, hash]) => (verifyPassword(password as string, hash as Uint8Array) ? 1 : 0),
  },
]);
