import { TokenType } from "../lexer/tokens";
import type { Parser } from "./parser";

/** Kinds of objects that CREATE, ALTER and DROP know and the emulator does not, longest names first. */
const REFUSED_OBJECTS: readonly string[][] = `
AGGREGATE|APPLICATION ROLE|ASSEMBLY|ASYMMETRIC KEY|AVAILABILITY GROUP|BROKER PRIORITY|CERTIFICATE|COLUMN ENCRYPTION KEY
COLUMN MASTER KEY|COLUMNSTORE INDEX|CONTRACT|CRYPTOGRAPHIC PROVIDER|DATABASE AUDIT SPECIFICATION
DATABASE ENCRYPTION KEY|DATABASE SCOPED CONFIGURATION|DATABASE SCOPED CREDENTIAL|DEFAULT|ENDPOINT|EVENT NOTIFICATION
EVENT SESSION|EXTERNAL DATA SOURCE|EXTERNAL FILE FORMAT|EXTERNAL LANGUAGE|EXTERNAL LIBRARY|EXTERNAL RESOURCE POOL
EXTERNAL TABLE|EXTERNAL MODEL|FULLTEXT CATALOG|FULLTEXT INDEX|FULLTEXT STOPLIST|MASTER KEY|MESSAGE TYPE
PARTITION FUNCTION|PARTITION SCHEME|PRIMARY XML INDEX|QUEUE|REMOTE SERVICE BINDING|RESOURCE GOVERNOR|RESOURCE POOL|ROUTE
RULE|SEARCH PROPERTY LIST|SECURITY POLICY|SELECTIVE XML INDEX|SENSITIVITY CLASSIFICATION|SERVER AUDIT SPECIFICATION
SERVER AUDIT|SERVER CONFIGURATION|SERVICE MASTER KEY|SERVICE|SIGNATURE|SPATIAL INDEX|SYMMETRIC KEY|WORKLOAD GROUP
WORKLOAD CLASSIFIER|XML INDEX|XML SCHEMA COLLECTION`
  .trim()
  .split(/[|\n]/)
  .map((name) => name.split(" "));

/** The kind of object that the next words name, and reads them; undefined if they name none. */
export function definitionName(parser: Parser): string | undefined {
  for (const words of REFUSED_OBJECTS) if (parser.takeWords(...words)) return words.join(" ");
  return undefined;
}

/** CREATE, ALTER or DROP of a word that is no kind of object. */
export function failUnknownObject(parser: Parser): never {
  const { token } = parser;
  if (token.type !== TokenType.Identifier) parser.fail();
  const message = `Unknown object type '${token.value}' used in a CREATE, DROP, or ALTER statement.`;
  throw parser.error(343, message, token.line);
}
