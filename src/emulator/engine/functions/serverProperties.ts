/** SERVERPROPERTY, CONNECTIONPROPERTY and SQL_VARIANT_PROPERTY. */
import { hostname } from "node:os";
import type { ExecutionContext } from "../expressions/scope";
import { findCollation } from "../types/collations/collation";
import { asDecimal, isCharacter, isNumeric, isTemporal } from "../types/families";
import { INT, NVARCHAR_MAX, nvarchar, SQL_VARIANT } from "../types/systemTypes";
import type { SqlType, Value, Variant } from "../values";
import { instanceOf } from "./globalVariables";
import { registerFunctions } from "./registry";
import { dataLength } from "./strings";
import { EDITION } from "./version";

const text = (value: string): Variant => ({ type: nvarchar(128), value });
const int = (value: number): Variant => ({ type: INT, value });

type Property = (context: ExecutionContext) => Variant | null;

const LATIN1_LCID = 1033;
const IGNORE_ALL_BUT_ACCENT = 196_609;

const SERVER_PROPERTIES: Readonly<Record<string, Property>> = {
  BUILDCLRVERSION: () => text("v4.0.30319"),
  COLLATION: ({ session }) => text(session.server.collation),
  COLLATIONID: () => int(872_468_488),
  COMPARISONSTYLE: () => int(IGNORE_ALL_BUT_ACCENT),
  COMPUTERNAMEPHYSICALNETBIOS: ({ session }) => text(machineOf(session.server.serverName)),
  EDITION: () => text(EDITION),
  EDITIONID: () => ({ type: { kind: "bigint" }, value: 0n }),
  ENGINEEDITION: () => int(3),
  FILESTREAMCONFIGUREDLEVEL: () => int(0),
  FILESTREAMEFFECTIVELEVEL: () => int(0),
  FILESTREAMSHARENAME: () => null,
  HADRMANAGERSTATUS: () => int(2),
  INSTANCEDEFAULTBACKUPPATH: ({ session }) => text(session.server.defaultBackupDirectory),
  INSTANCEDEFAULTDATAPATH: ({ session }) => text(session.server.dataDirectory ?? ""),
  INSTANCEDEFAULTLOGPATH: ({ session }) => text(session.server.dataDirectory ?? ""),
  INSTANCENAME: ({ session }) => {
    const name = instanceOf(session.server.serverName);
    return name === undefined ? null : text(name);
  },
  ISADVANCEDANALYTICSINSTALLED: () => int(0),
  ISBIGDATACLUSTER: () => int(0),
  ISCLUSTERED: () => int(0),
  ISEXTERNALAUTHENTICATIONONLY: () => int(0),
  ISFULLTEXTINSTALLED: () => int(0),
  ISHADRENABLED: () => int(0),
  ISINTEGRATEDSECURITYONLY: () => int(0),
  ISLOCALDB: () => int(0),
  ISPOLYBASEINSTALLED: () => int(0),
  ISSERVERSUSPENDEDFORSNAPSHOTBACKUP: () => int(0),
  ISSINGLEUSER: () => int(0),
  ISTEMPDBMETADATAMEMORYOPTIMIZED: () => int(0),
  ISXTPSUPPORTED: () => int(0),
  LCID: () => int(LATIN1_LCID),
  LICENSETYPE: () => text("DISABLED"),
  MACHINENAME: ({ session }) => text(machineOf(session.server.serverName)),
  NUMLICENSES: () => null,
  PATHSEPARATOR: () => text("/"),
  PROCESSID: () => int(process.pid),
  PRODUCTBUILD: ({ session }) => text(`${session.server.version.build}`),
  PRODUCTBUILDTYPE: () => null,
  PRODUCTLEVEL: () => text("RTM"),
  PRODUCTMAJORVERSION: ({ session }) => text(`${session.server.version.major}`),
  PRODUCTMINORVERSION: ({ session }) => text(`${session.server.version.minor}`),
  PRODUCTUPDATELEVEL: () => null,
  PRODUCTUPDATEREFERENCE: () => null,
  PRODUCTVERSION: ({ session }) => text(session.server.version.text),
  RESOURCEVERSION: ({ session }) => text(`${session.server.version.major}.00.${session.server.version.build}`),
  SERVERNAME: ({ session }) => text(session.server.serverName),
  SQLCHARSET: () => ({ type: { kind: "tinyint" }, value: 1 }),
  SQLCHARSETNAME: () => text("iso_1"),
  SQLSORTORDER: () => ({ type: { kind: "tinyint" }, value: 52 }),
  SQLSORTORDERNAME: () => text("nocase_iso"),
};

function machineOf(serverName: string): string {
  return serverName.split("\\")[0] || hostname();
}

const CONNECTION_PROPERTIES: Readonly<Record<string, Property>> = {
  NET_TRANSPORT: () => text("TCP"),
  PROTOCOL_TYPE: () => text("TSQL"),
  AUTH_SCHEME: () => text("SQL"),
  LOCAL_NET_ADDRESS: () => text("127.0.0.1"),
  CLIENT_NET_ADDRESS: () => text("127.0.0.1"),
  PHYSICAL_NET_TRANSPORT: () => text("TCP"),
};

function property(name: string, properties: Readonly<Record<string, Property>>) {
  return {
    name,
    minArgs: 1,
    maxArgs: 1,
    parameters: [NVARCHAR_MAX],
    volatile: true,
    resolve: () => SQL_VARIANT,
    evaluate: ([wanted]: readonly Value[], context: ExecutionContext): Value =>
      typeof wanted === "string" ? (properties[wanted.trimEnd().toUpperCase()]?.(context) ?? null) : null,
  };
}

/** Digits that values of a type have at most. */
function precisionOf(type: SqlType): number {
  switch (type.kind) {
    case "float":
      return 53;
    case "real":
      return 24;
    case "datetime":
      return 23;
    case "smalldatetime":
      return 16;
    case "date":
      return 10;
    case "time":
      return 8 + fractionOf(type);
    case "datetime2":
      return 19 + fractionOf(type);
    case "datetimeoffset":
      return 26 + fractionOf(type);
    default:
      return isNumeric(type) ? asDecimal(type).precision : 0;
  }
}

const fractionOf = ({ scale = 7 }: SqlType): number => (scale === 0 ? 0 : scale + 1);

function scaleOf(type: SqlType): number {
  if (type.kind === "datetime") return 3;
  if (isTemporal(type)) return type.kind === "smalldatetime" || type.kind === "date" ? 0 : (type.scale ?? 7);
  return isNumeric(type) && type.kind !== "float" && type.kind !== "real" ? asDecimal(type).scale : 0;
}

function maxLengthOf({ type, value }: Variant): number {
  switch (type.kind) {
    case "varchar":
    case "char":
    case "varbinary":
    case "binary":
      return type.length ?? 1;
    case "nvarchar":
    case "nchar":
      return (type.length ?? 1) * 2;
    default:
      return dataLength(value, type);
  }
}

function variantProperty(variant: Variant, name: string): Variant | null {
  const { type, value } = variant;
  switch (name.toLowerCase()) {
    case "basetype":
      return text(type.kind);
    case "precision":
      return int(precisionOf(type));
    case "scale":
      return int(scaleOf(type));
    case "totalbytes":
      return int(
        dataLength(value, type) + 2 + (isCharacter(type) ? 6 : isNumeric(type) && type.scale !== undefined ? 2 : 0),
      );
    case "collation":
      return isCharacter(type)
        ? text(findCollation(type.collation ?? "")?.name ?? "SQL_Latin1_General_CP1_CI_AS")
        : null;
    case "maxlength":
      return int(maxLengthOf(variant));
    default:
      return null;
  }
}

registerFunctions([
  property("SERVERPROPERTY", SERVER_PROPERTIES),
  property("CONNECTIONPROPERTY", CONNECTION_PROPERTIES),
  {
    name: "SQL_VARIANT_PROPERTY",
    minArgs: 2,
    maxArgs: 2,
    parameters: [SQL_VARIANT, NVARCHAR_MAX],
    strict: true,
    resolve: () => SQL_VARIANT,
    evaluate: ([variant, name]) => variantProperty(variant as Variant, name as string),
  },
]);
