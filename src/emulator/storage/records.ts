/**
 * Metadata records: immutable plain objects, kept per database by kind and id, written through a
 * Transaction (`putRecord`) and so logged, rolled back, backed up and restored like rows. Texts of
 * expressions and modules are stored as source; whoever runs them parses them.
 */
import type { SqlType, Value } from "../engine/values";
import type { DatabaseRecord } from "./databaseRecord";

export type {
  DatabaseFileRecord,
  DatabaseOptions,
  DatabaseRecord,
  DatabaseState,
  RecoveryModel,
} from "./databaseRecord";

export interface MetadataRecord {
  readonly id: number;
  /** Present where records of the kind are found by name. */
  readonly name?: string;
}

export interface SchemaRecord extends MetadataRecord {
  readonly name: string;
  /** Owning database principal. */
  readonly ownerId: number;
}

/** sys.objects.type, without its padding. */
export type ObjectType =
  | "U"
  | "S"
  | "IT"
  | "TT"
  | "V"
  | "P"
  | "FN"
  | "IF"
  | "TF"
  | "TR"
  | "PK"
  | "UQ"
  | "F"
  | "C"
  | "D"
  | "SO"
  | "SN";

export interface ObjectRecord extends MetadataRecord {
  readonly name: string;
  readonly schemaId: number;
  readonly type: ObjectType;
  /** Table of a constraint or trigger, else 0. */
  readonly parentId: number;
  /** Only when it differs from the schema's owner. */
  readonly ownerId?: number;
  readonly createDate: bigint;
  readonly modifyDate: bigint;
  readonly isShipped: boolean;
  readonly table?: TableDefinitionRecord;
  readonly module?: ModuleRecord;
  readonly constraint?: ConstraintRecord;
  readonly sequence?: SequenceRecord;
  /** Four-part name that a synonym stands for, as written. */
  readonly synonymFor?: string;
}

export interface TableDefinitionRecord {
  readonly columns: readonly ColumnRecord[];
  /** Next column_id: ids of dropped columns are not used again. */
  readonly nextColumnId: number;
  /** #tables: the owning session; the object's name carries the suffix, this is the name as written. */
  readonly temporary?: { readonly sessionId: number; readonly name: string };
  /** Type id of a user-defined table type (type TT). */
  readonly userTypeId?: number;
}

/** A column; rows hold values in the order of `TableDefinitionRecord.columns`. */
export interface ColumnRecord {
  /** sys.columns.column_id */
  readonly id: number;
  readonly name: string;
  readonly type: SqlType;
  /** Id in kind userType when the column was declared by an alias type. */
  readonly userTypeId?: number;
  readonly nullable: boolean;
  readonly identity?: { readonly seed: bigint; readonly increment: bigint };
  readonly computed?: { readonly text: string; readonly persisted: boolean };
  /** Object id of the DEFAULT constraint. */
  readonly defaultId?: number;
  readonly rowGuid?: boolean;
  readonly sparse?: boolean;
}

export type ReferentialAction = "noAction" | "cascade" | "setNull" | "setDefault";

export type ConstraintRecord =
  | { readonly kind: "primaryKey" | "unique"; readonly indexRecordId: number; readonly systemNamed: boolean }
  | {
      readonly kind: "foreignKey";
      /** column_ids in this table and, in the same order, in the referenced one. */
      readonly columns: readonly number[];
      readonly referencedTableId: number;
      readonly referencedColumns: readonly number[];
      /** Index record (unique) that the reference rests on. */
      readonly referencedIndexRecordId: number;
      readonly onDelete: ReferentialAction;
      readonly onUpdate: ReferentialAction;
      readonly disabled: boolean;
      readonly notTrusted: boolean;
      readonly systemNamed: boolean;
    }
  | {
      readonly kind: "check";
      readonly text: string;
      /** column_id of a column constraint, 0 for the table's. */
      readonly columnId: number;
      readonly disabled: boolean;
      readonly notTrusted: boolean;
      readonly systemNamed: boolean;
    }
  | { readonly kind: "default"; readonly text: string; readonly columnId: number; readonly systemNamed: boolean };

export interface ModuleRecord {
  /** The whole CREATE text as sys.sql_modules shows it. */
  readonly text: string;
  readonly usesAnsiNulls: boolean;
  readonly usesQuotedIdentifier: boolean;
  readonly schemaBound: boolean;
  readonly encrypted: boolean;
  /** EXECUTE AS: undefined is CALLER, else the principal's id, or "owner". */
  readonly executeAs?: number | "owner";
  /** Parameters of procedures and functions; a scalar function's result has id 0. */
  readonly parameters: readonly ParameterRecord[];
  /** Result columns of views and table-valued functions. */
  readonly columns?: readonly ColumnRecord[];
  readonly trigger?: {
    readonly timing: "after" | "insteadOf";
    readonly events: readonly string[];
    readonly disabled: boolean;
    /** "object": on parentId; otherwise a DDL trigger. */
    readonly scope: "object" | "database" | "server";
  };
}

export interface ParameterRecord {
  readonly id: number;
  /** With @; "" for a function's result. */
  readonly name: string;
  readonly type: SqlType;
  readonly userTypeId?: number;
  readonly output: boolean;
  readonly readonly: boolean;
  readonly hasDefault: boolean;
  readonly defaultValue?: Value;
}

export interface SequenceRecord {
  readonly type: SqlType;
  readonly start: bigint;
  readonly increment: bigint;
  readonly minimum: bigint;
  readonly maximum: bigint;
  readonly cycle: boolean;
  /** undefined: default cache; 0: no cache. */
  readonly cache?: number;
}

export interface IndexRecord extends MetadataRecord {
  readonly name: string;
  readonly objectId: number;
  /** sys.indexes.index_id: 1 clustered, from 2 on nonclustered. */
  readonly indexId: number;
  readonly unique: boolean;
  readonly clustered: boolean;
  readonly primaryKey: boolean;
  readonly uniqueConstraint: boolean;
  /** Key columns by column_id. */
  readonly columns: readonly { readonly columnId: number; readonly descending: boolean }[];
  readonly include: readonly number[];
  /** Text of a filtered index's WHERE. */
  readonly filter?: string;
  readonly ignoreDuplicateKey: boolean;
  readonly disabled: boolean;
  readonly fillFactor?: number;
}

export interface UserTypeRecord extends MetadataRecord {
  readonly name: string;
  readonly schemaId: number;
  readonly ownerId?: number;
  /** Alias type: what it stands for. */
  readonly type?: SqlType;
  readonly nullable: boolean;
  /** Table type: the object (type TT) with its columns. */
  readonly tableObjectId?: number;
}

/** A database principal. */
export interface PrincipalRecord extends MetadataRecord {
  readonly name: string;
  /** sys.database_principals.type: SQL user, Windows user, Windows group, role, application role, external. */
  readonly type: "S" | "U" | "G" | "R" | "A" | "E" | "X" | "C" | "K";
  readonly sid: Uint8Array | null;
  readonly defaultSchema?: string;
  readonly ownerId?: number;
  readonly fixedRole: boolean;
  readonly createDate: bigint;
  readonly modifyDate: bigint;
  /** 0 NONE, 1 INSTANCE, 2 DATABASE, 3 WINDOWS, 4 EXTERNAL. */
  readonly authenticationType: number;
  readonly passwordHash?: Uint8Array;
}

/** Membership of a database role, and in master of a server role. */
export interface RoleMemberRecord extends MetadataRecord {
  readonly roleId: number;
  readonly memberId: number;
}

/** A granted or denied permission, of a database or (in master, kind serverPermission) of the server. */
export interface PermissionRecord extends MetadataRecord {
  /** sys.database_permissions.class: 0 database, 1 object or column, 3 schema, 4 principal, 6 type, 100 server, 101 server principal, 105 endpoint. */
  readonly class: number;
  readonly majorId: number;
  /** column_id for a column permission, else 0. */
  readonly minorId: number;
  readonly granteeId: number;
  readonly grantorId: number;
  /** Upper case, e.g. "BACKUP DATABASE". */
  readonly permission: string;
  readonly state: "G" | "D" | "W";
}

export interface ExtendedPropertyRecord extends MetadataRecord {
  readonly name: string;
  readonly class: number;
  readonly majorId: number;
  readonly minorId: number;
  readonly value: Value;
}

export interface LoginRecord extends MetadataRecord {
  readonly name: string;
  /** SQL login, Windows login or group, server role, certificate, external. */
  readonly type: "S" | "U" | "G" | "R" | "C" | "K" | "E" | "X";
  readonly sid: Uint8Array;
  readonly disabled: boolean;
  readonly createDate: bigint;
  readonly modifyDate: bigint;
  readonly defaultDatabase: string;
  readonly defaultLanguage: string;
  readonly passwordHash?: Uint8Array;
  readonly checkPolicy: boolean;
  readonly checkExpiration: boolean;
  readonly mustChange: boolean;
  readonly passwordLastSet?: bigint;
  readonly credentialId?: number;
  /** Server roles only. */
  readonly ownerId?: number;
  readonly fixedRole?: boolean;
}

export interface LinkedServerRecord extends MetadataRecord {
  readonly name: string;
  readonly product: string;
  readonly provider: string;
  readonly dataSource: string | null;
  readonly location: string | null;
  readonly providerString: string | null;
  readonly catalog: string | null;
  readonly modifyDate: bigint;
  /** sp_serveroption names (lower case) and their values. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly isLinked: boolean;
}

export interface LinkedLoginRecord extends MetadataRecord {
  readonly serverId: number;
  /** 0: every login that has no mapping of its own. */
  readonly localPrincipalId: number;
  readonly useSelf: boolean;
  readonly remoteName: string | null;
  readonly remotePassword: string | null;
  readonly modifyDate: bigint;
}

export interface ConfigurationRecord extends MetadataRecord {
  readonly name: string;
  readonly value: number;
  readonly valueInUse: number;
}

export interface BackupDeviceRecord extends MetadataRecord {
  readonly name: string;
  readonly physicalName: string;
  /** 2 disk. */
  readonly type: number;
}

export interface CredentialRecord extends MetadataRecord {
  readonly name: string;
  readonly identity: string;
  readonly secret: string | null;
  readonly createDate: bigint;
  readonly modifyDate: bigint;
}

export interface CertificateRecord extends MetadataRecord {
  readonly name: string;
  readonly subject: string;
  readonly thumbprint: Uint8Array;
  readonly startDate: bigint;
  readonly expiryDate: bigint;
  readonly key: Uint8Array;
}

/** Every kind of record and its type. The first group is in each database, the second in master only. */
export interface RecordKinds {
  schema: SchemaRecord;
  object: ObjectRecord;
  index: IndexRecord;
  userType: UserTypeRecord;
  principal: PrincipalRecord;
  roleMember: RoleMemberRecord;
  permission: PermissionRecord;
  extendedProperty: ExtendedPropertyRecord;

  login: LoginRecord;
  serverRoleMember: RoleMemberRecord;
  serverPermission: PermissionRecord;
  linkedServer: LinkedServerRecord;
  linkedLogin: LinkedLoginRecord;
  configuration: ConfigurationRecord;
  backupDevice: BackupDeviceRecord;
  credential: CredentialRecord;
  certificate: CertificateRecord;
  database: DatabaseRecord;
}

export type RecordKind = keyof RecordKinds;
