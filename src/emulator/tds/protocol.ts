/** The numbers of MS-TDS that both ends share. */

export const PacketType = {
  sqlBatch: 0x01,
  rpc: 0x03,
  tabularResult: 0x04,
  attention: 0x06,
  bulkLoad: 0x07,
  federatedAuthentication: 0x08,
  transactionManager: 0x0e,
  login7: 0x10,
  sspi: 0x11,
  prelogin: 0x12,
} as const;

export const PacketStatus = {
  endOfMessage: 0x01,
  ignore: 0x02,
  resetConnection: 0x08,
  resetConnectionSkipTransaction: 0x10,
} as const;

export const Token = {
  returnStatus: 0x79,
  columnMetadata: 0x81,
  error: 0xaa,
  info: 0xab,
  returnValue: 0xac,
  loginAck: 0xad,
  featureExtAck: 0xae,
  row: 0xd1,
  nbcRow: 0xd2,
  order: 0xa9,
  environmentChange: 0xe3,
  done: 0xfd,
  doneProc: 0xfe,
  doneInProc: 0xff,
} as const;

export const DoneStatus = {
  more: 0x01,
  error: 0x02,
  count: 0x10,
  attention: 0x20,
} as const;

export const EnvironmentType = {
  database: 1,
  language: 2,
  packetSize: 4,
  collation: 7,
  beginTransaction: 8,
  commitTransaction: 9,
  rollbackTransaction: 10,
  enlistTransaction: 11,
  defectTransaction: 12,
  promoteTransaction: 15,
  resetConnection: 18,
} as const;

/** TDS 7.4, as LOGIN7 and LOGINACK name it. */
export const TDS_7_4 = 0x74000004;
/** TDS 7.3A: the oldest that has the date types and NBCROW, and so the oldest spoken here. */
export const TDS_7_3 = 0x730a0003;

export const HEADER_LENGTH = 8;
export const DEFAULT_PACKET_SIZE = 4096;
export const MINIMUM_PACKET_SIZE = 512;
export const MAXIMUM_PACKET_SIZE = 32767;

/** Version of a server's or a client's program, as both say it when they meet. */
export interface ProductVersion {
  major: number;
  minor: number;
  build: number;
}

/** SQL Server 2022. */
export const DEFAULT_PRODUCT_VERSION: ProductVersion = { major: 16, minor: 0, build: 1000 };

/** The peer sent something that is not TDS: the connection cannot go on. */
export class ProtocolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ProtocolError";
  }
}
