/** Every database has the one filegroup PRIMARY. */
export const DEFAULT_FILEGROUP_GUID = "6F5C6C2D-5E1A-4E0F-9E1B-0C4B5A9D7E31";
