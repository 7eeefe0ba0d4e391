import type { Statement } from "../ast";
import { parseAlterDatabase } from "./alterDatabase";
import { parseCreateDatabase } from "./createDatabase";
import { parseCredential } from "./credentials";
import { parseAlterIndex, parseCreateIndex, parseCreateStatistics } from "./indexes";
import { parseAlterLogin, parseCreateLogin } from "./logins";
import { parseCreateModule, startsModule } from "./modules";
import type { Parser, Place } from "./parser";
import {
  parseAlterAuthorization,
  parseAlterRole,
  parseAlterUser,
  parseCreateRole,
  parseCreateUser,
} from "./principals";
import { definitionName, failUnknownObject } from "./refusedObjects";
import {
  parseAlterSchema,
  parseCreateSchema,
  parseCreateSynonym,
  parseCreateType,
  parseSequence,
} from "./schemaObjects";
import { parseAlterTable, parseCreateTable } from "./tables";
import { parseUnsupported } from "./unsupported";

type Start = { line: number; start: number };
type DefinitionRule = (parser: Parser, start: Start, place: Place) => Statement;

/** What follows CREATE, by its first word; rules in CREATE_INDEX read their words themselves. */
const CREATE: ReadonlyMap<string, DefinitionRule> = new Map<string, DefinitionRule>([
  ["TABLE", parseCreateTable],
  ["SCHEMA", parseCreateSchema],
  ["TYPE", parseCreateType],
  ["SEQUENCE", (parser, start) => parseSequence(parser, start, "createSequence")],
  ["SYNONYM", parseCreateSynonym],
  ["STATISTICS", parseCreateStatistics],
  ["DATABASE", parseCreateDatabase],
  ["LOGIN", parseCreateLogin],
  ["CREDENTIAL", (parser, start) => parseCredential(parser, start, "createCredential")],
  ["USER", parseCreateUser],
  ["ROLE", (parser, start) => parseCreateRole(parser, start, false)],
]);

const ALTER: ReadonlyMap<string, DefinitionRule> = new Map<string, DefinitionRule>([
  ["TABLE", parseAlterTable],
  ["SCHEMA", parseAlterSchema],
  ["SEQUENCE", (parser, start) => parseSequence(parser, start, "alterSequence")],
  ["INDEX", parseAlterIndex],
  ["DATABASE", parseAlterDatabase],
  ["LOGIN", parseAlterLogin],
  ["CREDENTIAL", (parser, start) => parseCredential(parser, start, "alterCredential")],
  ["USER", parseAlterUser],
  ["ROLE", (parser, start) => parseAlterRole(parser, start, false)],
  ["AUTHORIZATION", parseAlterAuthorization],
]);

const INDEX_WORDS: ReadonlySet<string> = new Set(["INDEX", "UNIQUE", "CLUSTERED", "NONCLUSTERED"]);

export function parseCreate(parser: Parser, place: Place): Statement {
  const start = parser.expect("CREATE");
  if (parser.takeWords("OR", "ALTER")) {
    if (!startsModule(parser)) parser.fail();
    return parseCreateModule(parser, start, "createOrAlter", place);
  }
  if (startsModule(parser)) return parseCreateModule(parser, start, "create", place);
  if (parser.isAny(INDEX_WORDS)) return parseCreateIndex(parser, start);
  if (parser.takeWords("SERVER", "ROLE")) return parseCreateRole(parser, start, true);
  return parseDefinition(parser, start, place, CREATE, "CREATE");
}

export function parseAlter(parser: Parser, place: Place): Statement {
  const start = parser.expect("ALTER");
  if (startsModule(parser)) return parseCreateModule(parser, start, "alter", place);
  if (parser.takeWords("SERVER", "ROLE")) return parseAlterRole(parser, start, true);
  return parseDefinition(parser, start, place, ALTER, "ALTER");
}

function parseDefinition(
  parser: Parser,
  start: Start,
  place: Place,
  rules: ReadonlyMap<string, DefinitionRule>,
  verb: string,
): Statement {
  const refused = definitionName(parser);
  if (refused !== undefined) return parseUnsupported(parser, start, `${verb} ${refused}`);
  const rule = rules.get(parser.token.text);
  if (rule === undefined) return failUnknownObject(parser);
  parser.advance();
  return rule(parser, start, place);
}
