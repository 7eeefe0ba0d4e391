/** RESTORE FILELISTONLY: a row for each database file of a backup set. */
import type { BackedUpFile, SetHeader } from "./mediaFormat";
import {
  bigint,
  bit,
  bytes,
  type ColumnOf,
  fixed,
  flag,
  guid,
  int,
  numeric,
  type ResultTable,
  tabulate,
  text,
} from "./resultColumns";

interface Item {
  readonly file: BackedUpFile;
  readonly set: SetHeader;
}

const PAGE_BYTES = 8192n;
const UNLIMITED = 35_184_372_080_640n;

const isData = ({ file }: Item) => file.type === "ROWS";

const COLUMNS: readonly ColumnOf<Item>[] = [
  ["LogicalName", text(128), ({ file }) => file.name],
  ["PhysicalName", text(260), ({ file }) => file.physicalName],
  ["Type", fixed(1), (item) => (isData(item) ? "D" : "L")],
  ["FileGroupName", text(128), ({ file }) => file.filegroup],
  ["Size", numeric(20), ({ file }) => BigInt(file.size) * PAGE_BYTES],
  ["MaxSize", numeric(20), ({ file }) => (file.maxSize < 0 ? UNLIMITED : BigInt(file.maxSize) * PAGE_BYTES)],
  ["FileId", bigint, ({ file }) => BigInt(file.id)],
  ["CreateLSN", numeric(25), () => 0n],
  ["DropLSN", numeric(25), () => 0n],
  ["UniqueId", guid, ({ file }) => file.guid],
  ["ReadOnlyLSN", numeric(25), () => 0n],
  ["ReadWriteLSN", numeric(25), () => 0n],
  ["BackupSizeInBytes", bigint, ({ file }) => BigInt(file.backedUpPages) * PAGE_BYTES],
  ["SourceBlockSize", int, () => 512],
  ["FileGroupId", int, (item) => (isData(item) ? 1 : 0)],
  ["LogGroupGUID", guid, () => null],
  ["DifferentialBaseLSN", numeric(25), (item) => (isData(item) ? (item.set.boot.differentialBase?.lsn ?? 0n) : 0n)],
  [
    "DifferentialBaseGUID",
    guid,
    (item) => (isData(item) ? (item.set.boot.differentialBase?.guid ?? EMPTY_GUID) : EMPTY_GUID),
  ],
  ["IsReadOnly", bit, ({ set }) => flag(set.options.readOnly)],
  ["IsPresent", bit, (item) => flag(!isData(item) || item.set.type !== "L")],
  ["TDEThumbprint", bytes(32), () => null],
  ["SnapshotUrl", text(360), () => null],
];

const EMPTY_GUID = "00000000-0000-0000-0000-000000000000";

export function fileList(set: SetHeader): ResultTable {
  return tabulate(
    COLUMNS,
    set.files.map((file) => ({ file, set })),
  );
}
