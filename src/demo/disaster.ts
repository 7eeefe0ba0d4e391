import { quoteName } from "../sqlserver";
import type { ShopDatabase } from "./shop";

/** Destroys a database although people work in it: everybody who is in it is thrown out. */
export async function loseDatabase({ server, database }: ShopDatabase): Promise<void> {
  const name = quoteName(database);
  await server.admin.execute({
    // The shop's login is nobody in particular, so nobody slips in between the two statements.
    text: `ALTER DATABASE ${name} SET RESTRICTED_USER WITH ROLLBACK IMMEDIATE;\nDROP DATABASE ${name};`,
    summary: `lose ${database}`,
  });
}
