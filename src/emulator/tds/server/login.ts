import { NotEmulatedError, SqlError } from "../../engine/errors";
import type { Session, SessionHost } from "../../engine/wire";
import {
  DEFAULT_PACKET_SIZE,
  MAXIMUM_PACKET_SIZE,
  MINIMUM_PACKET_SIZE,
  type ProductVersion,
  TDS_7_3,
  TDS_7_4,
} from "../protocol";
import { Feature, type Login7, readLogin7 } from "../requests/login7";
import { writeLoginAck, writeUtf8Acknowledged } from "../tokens/completion";
import { writeCollationChange, writePacketSizeChange } from "../tokens/environment";
import type { ResponseWriter } from "./responseWriter";

const LOGIN_FAILED = 18456;

/** What is known besides the LOGIN7: of the client, and what to tell it of the server. */
export interface ClientConnection {
  address: string;
  encrypted: boolean;
  collation: string | undefined;
  version: ProductVersion;
}

/** Carries a LOGIN7 out and writes its response, up to but not including the end; throws what speaks against it. */
export async function login(
  payload: Buffer,
  client: ClientConnection,
  host: SessionHost,
  response: ResponseWriter,
): Promise<{ session: Session; packetSize: number }> {
  const request = readLogin7(payload);
  refuseUnsupported(request);
  const packetSize = agreedPacketSize(request.packetSize);
  const session = await host.login(
    {
      user: request.user,
      password: request.password,
      database: request.database,
      applicationName: request.applicationName,
      hostName: request.hostName,
      language: request.language,
      processId: request.processId,
      interfaceName: request.interfaceName,
      address: client.address,
      encrypted: client.encrypted,
      packetSize,
    },
    response,
  );
  writeCollationChange(response.tokens, client.collation);
  writeLoginAck(response.tokens, Math.min(request.tdsVersion, TDS_7_4), client.version);
  if (request.features.includes(Feature.utf8)) {
    writeUtf8Acknowledged(response.tokens);
  }
  if (packetSize !== DEFAULT_PACKET_SIZE) {
    writePacketSizeChange(response.tokens, packetSize, DEFAULT_PACKET_SIZE);
  }
  return { session, packetSize };
}

function refuseUnsupported(request: Login7): void {
  if (request.tdsVersion < TDS_7_3) {
    throw new NotEmulatedError(`TDS versions before 7.3 (the client asked for 0x${request.tdsVersion.toString(16)})`);
  }
  if (request.features.includes(Feature.federatedAuthentication)) {
    throw failedLogin("The emulator does not support federated (Microsoft Entra) authentication.");
  }
  if (request.integratedSecurity) {
    throw failedLogin("The emulator does not support integrated (Windows, SSPI) authentication.");
  }
  if (request.changesPassword) {
    throw failedLogin("The emulator does not support changing the password at login.");
  }
  if (request.attachDatabaseFile !== "") {
    throw failedLogin("The emulator does not support attaching a database file at login.");
  }
}

function failedLogin(reason: string): SqlError {
  return new SqlError(LOGIN_FAILED, `Login failed. ${reason}`, 1, 14);
}

function agreedPacketSize(requested: number): number {
  return requested === 0
    ? DEFAULT_PACKET_SIZE
    : Math.min(Math.max(requested, MINIMUM_PACKET_SIZE), MAXIMUM_PACKET_SIZE);
}
