import type { SecretStores } from "../objects/instances";
import { openServer } from "../objects/server";
import { readUserDatabases } from "../objects/userDatabases";
import { parseArguments, userDatabasesSchema } from "./arguments";
import type { GetUserDatabasesResult } from "./results";

/** What stands behind the program's `getUserDatabases`. */
export async function getUserDatabases(args: unknown, stores: SecretStores): Promise<GetUserDatabasesResult> {
  const { connection } = parseArguments("getUserDatabases", userDatabasesSchema, args);
  const server = openServer(connection, { stores });
  try {
    return await readUserDatabases(server);
  } finally {
    await server.close();
  }
}
