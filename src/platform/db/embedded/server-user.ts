import { chownSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { EmbeddedFailure, systemErrorCode } from "./embedded-failure.ts";

/** The account that PostgreSQL runs under; undefined means the account of this process. */
export type ServerUser = { uid: number; gid: number } | undefined;

/** What a stat answers that matters for permissions. */
export type Ownership = { uid: number; gid: number; mode: number };

/**
 * Who runs the server. PostgreSQL refuses to run as root, so root hands over: to the owner of an existing data directory when that is
 * not root, else to `nobody`.
 * @param passwd the text of /etc/passwd
 */
export function chooseServerUser(processUid: number | undefined, dataOwner: Ownership | undefined, passwd: string): ServerUser {
  if (processUid !== 0) return undefined;
  if (dataOwner !== undefined && dataOwner.uid !== 0) return { uid: dataOwner.uid, gid: dataOwner.gid };
  const fields = passwd
    .split("\n")
    .map((line) => line.split(":"))
    .find(([name]) => name === "nobody");
  const uid = Number(fields?.[2] ?? 65534);
  const gid = Number(fields?.[3] ?? 65534);
  return { uid, gid };
}

/** /etc/passwd, or nothing in an image without one. */
export function readPasswd(): string {
  try {
    return readFileSync("/etc/passwd", "utf8");
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return "";
    throw error;
  }
}

/** Gives a file or folder that this process made to the server's account, when that is another one. */
export function giveTo(user: ServerUser, path: string): void {
  if (user === undefined) return;
  try {
    chownSync(path, user.uid, user.gid);
  } catch (error) {
    throw new EmbeddedFailure(
      `PostgreSQL refuses to run as root and ${path} cannot be given to user ${user.uid} here; run as an ordinary user or set DATABASE_URL.`,
      "",
      { cause: error },
    );
  }
}

/** Whether the permission bits let `user` enter a folder; access lists are not looked at. */
export function mayEnter(user: { uid: number; gid: number }, folder: Ownership): boolean {
  if (folder.uid === user.uid) return (folder.mode & 0o100) !== 0;
  if (folder.gid === user.gid) return (folder.mode & 0o010) !== 0;
  return (folder.mode & 0o001) !== 0;
}

/** The outermost folder above `path` that `user` may not enter, or undefined when the way is open. `path` is absolute. */
export function firstClosedFolder(user: ServerUser, path: string): string | undefined {
  if (user === undefined) return undefined;
  const folders: string[] = [];
  for (let folder = dirname(path); folders[0] !== folder; folder = dirname(folder)) folders.unshift(folder);
  return folders.find((folder) => !mayEnter(user, statSync(folder)));
}
