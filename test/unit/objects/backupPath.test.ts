import fc from "fast-check";
import { backupFileName, joinBackupPath, splitBackupPath } from "../../../src/objects/backupPath";
import { markName } from "../../../src/objects/markNames";

describe("backup files", () => {
  test("are named after server, database, kind and mark", () => {
    const mark = markName("BTS_2014_05_06_14_15_01_327");
    expect(backupFileName("SRV\\INST", "Sales", "full", mark)).toBe(
      "SRV_INST_Sales_Full_BTS_2014_05_06_14_15_01_327.bak",
    );
    expect(backupFileName("SRV", "Sales", "log", mark)).toBe("SRV_Sales_Log_BTS_2014_05_06_14_15_01_327.bak");
  });

  test("are not cut at the server's 30th character", () => {
    expect(backupFileName("S".repeat(60), "d", "log", markName("M"))).toBe(`${"S".repeat(60)}_d_Log_M.bak`);
  });

  test.each([
    ["D:\\bak", "D:\\bak\\f.bak"],
    ["D:\\bak\\", "D:\\bak\\f.bak"],
    ["\\\\host\\share", "\\\\host\\share\\f.bak"],
    ["/var/opt/bak", "/var/opt/bak/f.bak"],
    ["/var/opt/bak/", "/var/opt/bak/f.bak"],
    ["https://a.blob.core.windows.net/c", "https://a.blob.core.windows.net/c/f.bak"],
  ])("in %s join with its own separator, and come apart as the settings spell it", (location, path) => {
    expect(joinBackupPath(location, "f.bak")).toBe(path);
    expect(splitBackupPath(path, location)).toEqual({ location, name: "f.bak" });
  });

  test("that a procedure put elsewhere keep the place they are in", () => {
    expect(splitBackupPath("E:\\other\\f.bak", "D:\\bak")).toEqual({ location: "E:\\other\\", name: "f.bak" });
  });

  test.each(["f.bak", "D:\\bak\\", ""])("without folder or name are refused: %p", (path) => {
    expect(() => splitBackupPath(path, "D:\\bak")).toThrow(RangeError);
  });

  test("joined again from the history are the path that was written", () => {
    const name = fc.stringMatching(/^[^\\/]{1,20}$/);
    const location = fc.constantFrom("D:\\bak", "/var/bak", "\\\\h\\s\\", "E:\\");
    fc.assert(
      fc.property(name, location, location, (file, written, requested) => {
        const path = joinBackupPath(written, file);
        const place = splitBackupPath(path, requested);
        expect(joinBackupPath(place.location, place.name)).toBe(path);
      }),
    );
  });
});
