import { dataFile, logFile } from "../../storage/databaseOptions";
import type { DatabaseFileRecord } from "../../storage/records";
import type { DatabaseFile } from "../../tsql/ast";
import { SqlError } from "../errors";

export function filesOf(
  data: DatabaseFile[],
  log: DatabaseFile[],
  name: string,
  directory: string,
): DatabaseFileRecord[] {
  const base = `${directory}/${name}`;
  const records: DatabaseFileRecord[] = [];
  const dataFiles = data.length > 0 ? data : [{}];
  const logFiles = log.length > 0 ? log : [{}];
  dataFiles.forEach((file: DatabaseFile, i) => {
    const logical = file.name ?? (i === 0 ? name : `${name}${i + 1}`);
    records.push(
      sized(
        dataFile(
          i === 0 ? 1 : i + 2,
          logical,
          file.filename ?? `${base}${i === 0 ? "" : i + 1}.${i === 0 ? "mdf" : "ndf"}`,
        ),
        file,
      ),
    );
  });
  logFiles.forEach((file: DatabaseFile, i) => {
    const logical = file.name ?? `${name}_log${i === 0 ? "" : i + 1}`;
    records.push(
      sized(
        logFile(
          i === 0 ? 2 : records.length + 1,
          logical,
          file.filename ?? `${directory}/${name}_log${i === 0 ? "" : i + 1}.ldf`,
        ),
        file,
      ),
    );
  });
  const names = new Set<string>();
  for (const { name: logical } of records) {
    if (names.has(logical.toLowerCase()))
      throw new SqlError(1828, `The logical file name "${logical}" is already in use. Choose a different name.`, 4);
    names.add(logical.toLowerCase());
  }
  return records;
}

const PAGES: Record<string, number> = { KB: 1 / 8, MB: 128, GB: 128 * 1024, TB: 128 * 1024 * 1024 };

/** "10MB", "512 KB", "10" (megabytes) as pages of 8 KB. */
function pages(text: string): number {
  const match = /^\s*(\d+)\s*(KB|MB|GB|TB)?\s*$/i.exec(text);
  if (!match) return 1024;
  return Math.ceil(Number(match[1]) * (PAGES[(match[2] ?? "MB").toUpperCase()] ?? 128));
}

export function sized(record: DatabaseFileRecord, file: DatabaseFile): DatabaseFileRecord {
  return {
    ...record,
    ...(file.size ? { size: pages(file.size) } : {}),
    ...(file.maxSize ? { maxSize: /UNLIMITED/i.test(file.maxSize) ? -1 : pages(file.maxSize) } : {}),
    ...(file.growth ? growthOf(file.growth) : {}),
    ...(file.filegroup ? { filegroup: file.filegroup } : {}),
  };
}

function growthOf(text: string): Pick<DatabaseFileRecord, "growth" | "percentGrowth"> {
  const percent = /^\s*(\d+)\s*%\s*$/.exec(text);
  return percent ? { growth: Number(percent[1]), percentGrowth: true } : { growth: pages(text), percentGrowth: false };
}
