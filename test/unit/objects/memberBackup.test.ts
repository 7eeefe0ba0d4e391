import { callBackupProcedure, missingOptions } from "../../../src/objects/memberBackup";

const target = { sequence: "BTS_x", path: "D:\\bak" };
const plain = { compression: false, checksum: true, stripes: 1 };
const encryption = { algorithm: "AES_256", encryptorKind: "CERTIFICATE", encryptorName: "c" } as const;
const old = ["seq", "path", "BackupLocation"];
const fourth = [...old, "bCompression"];
const ours = [...fourth, "Checksum", "Stripes", "EncryptionAlgorithm", "EncryptorKind", "EncryptorName"];

const passed = (declared: string[], options: Parameters<typeof callBackupProcedure>[3]) =>
  Object.keys(callBackupProcedure("full", declared, target, options).parameters ?? {}).slice(2);

describe("the call of a member's backup procedure", () => {
  test("passes only what a procedure of three parameters knows", () => {
    const call = callBackupProcedure("log", old, target, { ...plain, compression: true });
    expect(call.text).toContain(
      "EXEC @status = dbo.sp_BackupBizTalkLog @seq = @seq, @path = @path, @BackupLocation = @location OUTPUT;",
    );
    expect(passed(old, { ...plain, compression: true })).toEqual([]);
  });

  test("passes compression as the fourth parameter only when it is on", () => {
    expect(passed(fourth, { ...plain, compression: true })).toEqual(["bCompression"]);
    expect(passed(fourth, plain)).toEqual([]);
  });

  test("passes checksum, stripes and encryption to our own procedures", () => {
    expect(passed(ours, { compression: true, checksum: false, stripes: 3, encryption })).toEqual([
      "bCompression",
      "Checksum",
      "Stripes",
      "EncryptionAlgorithm",
      "EncryptorKind",
      "EncryptorName",
    ]);
  });

  test("encryption that a procedure does not know is missed, not left out silently", () => {
    expect(missingOptions(fourth, { ...plain, encryption })).toEqual(["encryption"]);
    expect(missingOptions(ours, { ...plain, encryption })).toEqual([]);
    expect(missingOptions(old, { ...plain, compression: true, stripes: 4 })).toEqual([]);
  });
});
