/** RESTORE LABELONLY: the header of one backup file. */
import { roundToDatetime } from "../engine/types/temporal/calendar";
import { type MediaHeader, SOFTWARE_NAME, SOFTWARE_VENDOR } from "./mediaFormat";
import {
  bit,
  type ColumnOf,
  datetime,
  flag,
  guid,
  int,
  type ResultTable,
  tabulate,
  text,
  tinyint,
} from "./resultColumns";

const COLUMNS: readonly ColumnOf<MediaHeader>[] = [
  ["MediaName", text(128), (media) => media.name],
  ["MediaSetId", guid, (media) => media.mediaSetId],
  ["FamilyCount", int, (media) => media.familyCount],
  ["FamilySequenceNumber", int, (media) => media.familySequence],
  ["MediaFamilyId", guid, (media) => media.familyId],
  ["MediaSequenceNumber", int, () => 1],
  ["MediaLabelPresent", tinyint, () => 0],
  ["MediaDescription", text(255), (media) => media.description],
  ["SoftwareName", text(128), () => SOFTWARE_NAME],
  ["SoftwareVendorId", int, () => SOFTWARE_VENDOR],
  ["MediaDate", datetime, (media) => roundToDatetime(media.date)],
  ["MirrorCount", int, (media) => media.mirrorCount],
  ["IsCompressed", bit, (media) => flag(media.compressed)],
];

export function label(media: MediaHeader): ResultTable {
  return tabulate(COLUMNS, [media]);
}
