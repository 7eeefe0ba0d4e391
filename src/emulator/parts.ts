/** Where the parts of the engine meet: each tells the interpreter which statements, procedures and views are its own. */
import { registerDefinitions } from "./engine/definition/register";
import { registerTextProcedures } from "./engine/session/textProcedures";
import { registerMessageProcedures } from "./engine/session/userMessages";
import { registerSecurity } from "./security/register";

const registrations = [registerDefinitions, registerTextProcedures, registerMessageProcedures, registerSecurity];

let loaded = false;

/** Once a process is enough: what is registered holds for all servers in it. */
export function loadParts(): void {
  if (!loaded) {
    loaded = true;
    for (const register of registrations) {
      register();
    }
  }
}
