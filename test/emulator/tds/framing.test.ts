import fc from "fast-check";
import { MessageReader, type TdsMessage } from "../../../src/emulator/tds/messageReader";
import { packetize } from "../../../src/emulator/tds/packets";
import { PacketStatus, PacketType, ProtocolError } from "../../../src/emulator/tds/protocol";

function readAll(segments: Buffer[]): TdsMessage[] {
  const messages: TdsMessage[] = [];
  const reader = new MessageReader((message) => messages.push(message));
  for (const segment of segments) {
    reader.push(segment);
  }
  return messages;
}

function cut(data: Buffer, lengths: number[]): Buffer[] {
  const segments: Buffer[] = [];
  let from = 0;
  for (const length of lengths) {
    segments.push(data.subarray(from, from + length));
    from += length;
  }
  return [...segments, data.subarray(from)].filter((segment) => segment.length > 0);
}

test("messages come out as they went in, however packets and segments are cut", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 9, max: 1500 }),
      fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 40 }),
      (payloads, packetSize, lengths) => {
        const stream = Buffer.concat(
          payloads.map((payload) =>
            packetize(Buffer.from(payload), { type: PacketType.sqlBatch, packetSize, final: true }),
          ),
        );
        const messages = readAll(cut(stream, lengths));
        expect(messages.map(({ payload }) => Buffer.from(payload))).toEqual(
          payloads.map((payload) => Buffer.from(payload)),
        );
      },
    ),
  );
});

test("a message arrives byte by byte", () => {
  const stream = packetize(Buffer.from("hello world"), { type: PacketType.rpc, packetSize: 12, final: true });
  const [message] = readAll([...stream].map((byte) => Buffer.of(byte)));
  expect(message).toMatchObject({ type: PacketType.rpc, ignored: false });
  expect(message?.payload.toString()).toBe("hello world");
});

test("a reset is asked for by the first packet, giving up by the last", () => {
  const stream = packetize(Buffer.alloc(20), {
    type: PacketType.sqlBatch,
    packetSize: 18,
    final: true,
    status: PacketStatus.resetConnection,
  });
  stream[18 + 1] = (stream[18 + 1] as number) | PacketStatus.ignore;
  const [message] = readAll([stream]);
  expect(message?.status).toBe(PacketStatus.resetConnection);
  expect(message?.ignored).toBe(true);
});

test("packet numbers count up and start over after 255", () => {
  const stream = packetize(Buffer.alloc(300), { type: PacketType.rpc, packetSize: 9, final: true });
  const numbers = Array.from({ length: 300 }, (_, index) => stream[index * 9 + 6]);
  expect(numbers.slice(0, 2)).toEqual([1, 2]);
  expect(numbers.slice(254, 257)).toEqual([255, 0, 1]);
});

test.each([
  ["a packet shorter than its header", Buffer.from([1, 1, 0, 7, 0, 0, 1, 0])],
  ["packets of different types in one message", Buffer.from([1, 0, 0, 8, 0, 0, 1, 0, 3, 1, 0, 8, 0, 0, 2, 0])],
])("%s is refused", (_, data) => {
  expect(() => readAll([data])).toThrow(ProtocolError);
});

test("a message larger than the limit is refused before it is complete", () => {
  const reader = new MessageReader(() => undefined, 100);
  const part = packetize(Buffer.alloc(60), { type: PacketType.sqlBatch, packetSize: 512, final: false });
  reader.push(part);
  expect(() => reader.push(part)).toThrow("more than 100 bytes");
});
