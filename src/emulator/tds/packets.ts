import { HEADER_LENGTH, PacketStatus } from "./protocol";

export interface Packetization {
  type: number;
  packetSize: number;
  /** False for a part of a message that is sent ahead of its end. */
  final: boolean;
  /** Number of the first packet; they count up, modulo 256. */
  firstPacketId?: number;
  /** Status bits of the first packet, e.g. RESETCONNECTION. */
  status?: number;
}

/** Cuts a payload into packets, all in one buffer, so that a message costs one write. */
export function packetize(payload: Buffer, options: Packetization): Buffer {
  const room = options.packetSize - HEADER_LENGTH;
  const count = Math.max(1, Math.ceil(payload.length / room));
  const packets = Buffer.allocUnsafe(payload.length + count * HEADER_LENGTH);
  let packetId = options.firstPacketId ?? 1;
  let from = 0;
  let at = 0;
  for (let index = 0; index < count; index++) {
    const to = Math.min(from + room, payload.length);
    const last = options.final && index === count - 1;
    packets[at] = options.type;
    packets[at + 1] = (last ? PacketStatus.endOfMessage : 0) | (index === 0 ? (options.status ?? 0) : 0);
    packets.writeUInt16BE(to - from + HEADER_LENGTH, at + 2);
    packets.writeUInt16BE(0, at + 4);
    packets[at + 6] = packetId++ & 0xff;
    packets[at + 7] = 0;
    payload.copy(packets, at + HEADER_LENGTH, from, to);
    at += HEADER_LENGTH + to - from;
    from = to;
  }
  return packets;
}

/** How many packets {@link packetize} makes of a payload. */
export function packetCount(payloadLength: number, packetSize: number): number {
  return Math.max(1, Math.ceil(payloadLength / (packetSize - HEADER_LENGTH)));
}
