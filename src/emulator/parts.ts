/** Loads every part of the emulator that registers itself with another: once a process, before the first server. */
import { registerAgent } from "./agent/register";
import { registerBackup } from "./backup/register";
import { registerCatalog } from "./catalog/register";
import { registerDatabaseStatements } from "./engine/definition/databases";
import { registerDefinitions } from "./engine/definition/register";
import { registerIndexFilters } from "./engine/query";
import { registerTextProcedures } from "./engine/session/textProcedures";
import { registerMessageProcedures } from "./engine/session/userMessages";
import { registerLinkedServers } from "./linked/register";
import { registerProcedures } from "./procedures/register";
import { registerSecurity } from "./security/register";
import { registerApplicationLocks } from "./storage/applicationLockProcedures";

let loaded = false;

export function loadParts(): void {
  if (loaded) return;
  loaded = true;
  registerIndexFilters();
  registerDefinitions();
  registerDatabaseStatements();
  registerTextProcedures();
  registerMessageProcedures();
  registerSecurity();
  registerLinkedServers();
  registerBackup();
  registerApplicationLocks();
  registerCatalog();
  registerProcedures();
  registerAgent();
}
