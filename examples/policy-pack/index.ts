import { PolicyPack } from "@pulumi/policy";
import { everyDatabase } from "./everyDatabase";
import { checksum, distributedTransactions, fullRecovery, namedPasswords } from "./resources";

new PolicyPack("mssql-backup", {
  policies: [checksum, distributedTransactions, fullRecovery, namedPasswords, everyDatabase],
});
