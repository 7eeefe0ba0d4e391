/** Principals and schemas that every database and the server are born with. */
import type { Database } from "./database";
import type { LoginRecord, PrincipalRecord } from "./records";
import type { Transaction } from "./transaction";

/** sid of login sa and, until it is given to another, of every dbo. */
export const SA_SID = Uint8Array.of(1);

const FIRST_FIXED_ROLE = 16384;
const FIXED_DATABASE_ROLES = [
  "db_owner",
  "db_accessadmin",
  "db_securityadmin",
  "db_ddladmin",
  undefined,
  "db_backupoperator",
  "db_datareader",
  "db_datawriter",
  "db_denydatareader",
  "db_denydatawriter",
];

const FIXED_SERVER_ROLES = [
  "public",
  "sysadmin",
  "securityadmin",
  "serveradmin",
  "setupadmin",
  "processadmin",
  "diskadmin",
  "dbcreator",
  "bulkadmin",
];

export function bootstrapDatabasePrincipals(transaction: Transaction, database: Database): void {
  const now = database.server.clock().local;
  const dates = { createDate: now, modifyDate: now };
  const put = (record: PrincipalRecord) => transaction.putRecord(database, "principal", record.id, record);
  const user = { type: "S", fixedRole: false, authenticationType: 0, ...dates } as const;
  const role = { type: "R", fixedRole: true, authenticationType: 0, ownerId: 1, sid: null, ...dates } as const;
  put({ ...role, id: 0, name: "public", fixedRole: false, sid: sidOf(0x01, 0x05, 0, 0, 0, 0, 0, 9, 4, 0, 0, 0) });
  put({ ...user, id: 1, name: "dbo", sid: database.ownerSid, defaultSchema: "dbo", authenticationType: 1 });
  put({ ...user, id: 2, name: "guest", sid: Uint8Array.of(0), defaultSchema: "guest" });
  put({ ...user, id: 3, name: "INFORMATION_SCHEMA", sid: null });
  put({ ...user, id: 4, name: "sys", sid: null });
  const schema = (id: number, name: string, ownerId: number) =>
    transaction.putRecord(database, "schema", id, { id, name, ownerId });
  schema(1, "dbo", 1);
  schema(2, "guest", 2);
  schema(3, "INFORMATION_SCHEMA", 3);
  schema(4, "sys", 4);
  FIXED_DATABASE_ROLES.forEach((name, i) => {
    if (name === undefined) return;
    const id = FIRST_FIXED_ROLE + i;
    put({ ...role, id, name, sid: sidOf(0x01, 0x05, 0, 0, 0, 0, 0, 9, 4, i + 1, 0x40, 0) });
    schema(id, name, id);
  });
  transaction.putRecord(database, "roleMember", 1, { id: 1, roleId: FIRST_FIXED_ROLE, memberId: 1 });
}

export function bootstrapServerPrincipals(transaction: Transaction, master: Database): void {
  const now = master.server.clock().local;
  const shared = {
    createDate: now,
    modifyDate: now,
    disabled: false,
    defaultDatabase: "master",
    defaultLanguage: "us_english",
    checkPolicy: false,
    checkExpiration: false,
    mustChange: false,
  };
  const put = (record: LoginRecord) => transaction.putRecord(master, "login", record.id, record);
  put({ ...shared, id: 1, name: "sa", type: "S", sid: SA_SID });
  FIXED_SERVER_ROLES.forEach((name, i) => {
    const id = i + 2;
    put({ ...shared, id, name, type: "R", sid: Uint8Array.of(id), ownerId: 1, fixedRole: id !== 2 });
  });
  transaction.putRecord(master, "serverRoleMember", 1, { id: 1, roleId: 3, memberId: 1 });
}

function sidOf(...bytes: number[]): Uint8Array {
  return Uint8Array.from(bytes);
}
