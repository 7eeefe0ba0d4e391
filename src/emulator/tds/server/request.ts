import { NotEmulatedError } from "../../engine/errors";
import type { ResultColumn, RpcRequest, Session, TransactionRequest } from "../../engine/wire";
import type { TdsMessage } from "../messageReader";
import { PacketType, ProtocolError } from "../protocol";
import { readBatch } from "../requests/batch";
import { readRpc } from "../requests/rpc";
import { readTransactionRequest } from "../requests/transaction";
import { writePromotion } from "../tokens/environment";
import type { ResponseWriter } from "./responseWriter";

/** A request as it was read from its message. */
export type Request =
  | { kind: "batch"; text: string }
  | { kind: "rpc"; calls: RpcRequest[] }
  | { kind: "transaction"; request: TransactionRequest };

export function readRequest(message: TdsMessage): Request {
  switch (message.type) {
    case PacketType.sqlBatch:
      return { kind: "batch", text: readBatch(message.payload) };
    case PacketType.rpc:
      return { kind: "rpc", calls: readRpc(message.payload) };
    case PacketType.transactionManager:
      return { kind: "transaction", request: readTransactionRequest(message.payload) };
    case PacketType.bulkLoad:
      throw new NotEmulatedError("bulk load (INSERT BULK)");
    case PacketType.federatedAuthentication:
      throw new NotEmulatedError("federated authentication tokens");
    case PacketType.sspi:
      throw new NotEmulatedError("integrated (SSPI) authentication");
    default:
      throw new ProtocolError(`A message of type ${message.type}.`);
  }
}

/** What faults match against: the text of a batch or of sp_executesql and its like, else the name of what is asked. */
export function requestText(request: Request): string {
  switch (request.kind) {
    case "batch":
      return request.text;
    case "rpc":
      return request.calls
        .flatMap((call) => [
          call.procedure,
          ...call.parameters.map(({ value }) => (typeof value === "string" ? value : "")),
        ])
        .join(" ");
    case "transaction":
      return request.request.kind;
  }
}

const bytesColumn: ResultColumn = { name: "", type: { kind: "varbinary", length: -1 }, nullable: true };
const SELECT_COMMAND = 0xc1;

/** Has the session carry a request out, and writes all of its response but the end of the message. */
export async function execute(request: Request, session: Session, response: ResponseWriter): Promise<void> {
  switch (request.kind) {
    case "batch":
      response.begin("batch");
      await session.executeBatch(request.text, response);
      response.endRequest(false);
      return;
    case "rpc":
      for (const [index, call] of request.calls.entries()) {
        response.begin("rpc");
        await session.executeRpc(call, response);
        response.endRequest(index < request.calls.length - 1);
      }
      return;
    case "transaction": {
      response.begin("batch");
      const bytes = await session.transaction(request.request, response);
      if (bytes && request.request.kind === "promote") {
        writePromotion(response.tokens, bytes);
      } else if (bytes) {
        response.columns([bytesColumn]);
        response.row([bytes]);
        response.statementDone({ rowCount: 1, error: false, inProcedure: false, command: SELECT_COMMAND });
      }
      response.endRequest(false);
    }
  }
}
