/** CREATE, ALTER and DROP CREDENTIAL. */
import { SqlError } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import type { CredentialRecord } from "../storage/records";
import type { Statement } from "../tsql/ast";

type Definition = Extract<Statement, { kind: "createCredential" | "alterCredential" }>;

function existing(verb: string, name: string, activation: Activation): CredentialRecord {
  const { session } = activation;
  const record = session.server.master.metadata.findOne("credential", name);
  if (record && session.security.hasServer("ALTER ANY CREDENTIAL")) return record;
  throw new SqlError(
    15151,
    `Cannot ${verb} the credential '${name}', because it does not exist or you do not have permission.`,
  );
}

function put(id: number, record: CredentialRecord | undefined, { session }: Activation): void {
  session.requireTransaction().putRecord(session.server.master, "credential", id, record);
}

export function createCredential({ name, identity, secret }: Definition, activation: Activation): void {
  const { session } = activation;
  const { metadata } = session.server.master;
  if (!session.security.hasServer("ALTER ANY CREDENTIAL")) {
    throw new SqlError(15247, "User does not have permission to perform this action.");
  }
  if (metadata.findOne("credential", name)) {
    throw new SqlError(15530, `The credential with name "${name}" already exists.`);
  }
  const { local } = activation.now();
  const id = Math.max(FIRST_ID, metadata.nextId("credential"));
  put(id, { id, name, identity, secret: secret ?? null, createDate: local, modifyDate: local }, activation);
}

/** As SQL Server numbers them. */
const FIRST_ID = 65536;

export function alterCredential({ name, identity, secret }: Definition, activation: Activation): void {
  const record = existing("alter", name, activation);
  const { local } = activation.now();
  put(record.id, { ...record, identity, secret: secret ?? null, modifyDate: local }, activation);
}

export function dropCredential(name: string, _ifExists: boolean, activation: Activation): void {
  put(existing("drop", name, activation).id, undefined, activation);
}
