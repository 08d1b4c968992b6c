import { chmodSync, chownSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { prepareDataDirectory } from "../../src/platform/db/embedded/data-directory.ts";
import { defaultDataDirectory } from "../../src/platform/db/embedded/index.ts";
import { boundServerLog, serverLogSince } from "../../src/platform/db/embedded/server-log.ts";
import { chooseServerUser, mayEnter } from "../../src/platform/db/embedded/server-user.ts";
import { makeRoom, runsAsRoot, daemon } from "./room.ts";

const { folder } = makeRoom();

describe("the default data directory", () => {
  test("is STOA_DATA when that is set, also in a temporary folder, and from the checkout when it is relative", () => {
    expect(defaultDataDirectory({ STOA_DATA: "/tmp/here" }, "/srv/stoa", 1000)).toBe("/tmp/here");
    expect(defaultDataDirectory({ STOA_DATA: "../beside" }, "/srv/stoa", 0)).toBe("/srv/beside");
  });

  test("is .data in the checkout for a user", () => {
    expect(defaultDataDirectory({}, "/home/ada/stoa", 1000)).toBe("/home/ada/stoa/.data");
    expect(defaultDataDirectory({ STOA_DATA: "" }, "/home/ada/stoa", 1000)).toBe("/home/ada/stoa/.data");
  });

  test("is of its own for each checkout in /var/lib/stoa for root", () => {
    // printf %s /srv/stoa | sha256sum | cut -c1-12
    expect(defaultDataDirectory({}, "/srv/stoa", 0)).toBe("/var/lib/stoa/474a268f7162");
    expect(defaultDataDirectory({}, "/tmp/stoa", 0)).toMatch(/^\/var\/lib\/stoa\/[0-9a-f]{12}$/);
  });

  test.each(["/tmp/stoa", "/var/tmp/a/stoa", "/dev/shm/stoa", "/scratch/stoa"])(
    "is refused in the temporary folder above %s",
    (checkout) => {
      expect(() => defaultDataDirectory({ TMPDIR: "/scratch/" }, checkout, 1000)).toThrow(
        /^The checkout lies in the temporary folder \S+; set STOA_DATA to a folder that keeps the data\.$/,
      );
    },
  );

  test("is not taken for temporary by the beginning of its name", () => {
    expect(defaultDataDirectory({ TMPDIR: "/scratch" }, "/scratchpad/stoa", 1000)).toBe("/scratchpad/stoa/.data");
  });
});

describe("a data directory", () => {
  test("is made with its parents and closed to others", () => {
    const path = join(folder(), "a", "b");
    const data = prepareDataDirectory(path);
    expect(data.path).toBe(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(path).uid).toBe(data.user?.uid ?? process.getuid?.());
  });

  test("is closed again when somebody opened it", () => {
    const path = folder();
    chmodSync(path, 0o755);
    prepareDataDirectory(path);
    chmodSync(path, 0o755);
    prepareDataDirectory(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  test("that holds somebody's files is refused and left as it was", () => {
    const path = folder();
    writeFileSync(join(path, "thesis.txt"), "");
    expect(() => prepareDataDirectory(path)).toThrow(
      `${path} holds files that are not Stoa's; set STOA_DATA to an empty folder or to one of Stoa's.`,
    );
    expect(statSync(path).mode & 0o777).toBe(0o755);
    expect(statSync(path).uid).toBe(process.getuid?.());
  });

  test("under a file is refused with the reason", () => {
    const path = join(folder(), "file");
    writeFileSync(path, "");
    expect(() => prepareDataDirectory(join(path, "data"))).toThrow(
      /^The data directory .* cannot be used \((ENOTDIR|EEXIST)\); set STOA_DATA to a folder/,
    );
  });

  test.runIf(runsAsRoot)("in a home that the server's account cannot enter is refused with the way out (as root)", () => {
    const home = join(folder(), "home");
    mkdirSync(home, { mode: 0o700 });
    expect(() => prepareDataDirectory(join(home, "data"))).toThrow(
      /^PostgreSQL refuses to run as root and user \d+ cannot enter \S+home; set STOA_DATA to a folder outside it\.$/,
    );
  });

  test.runIf(runsAsRoot)("of an ordinary user stays that user's when root starts (as root)", () => {
    const path = folder();
    chownSync(path, daemon.uid, daemon.gid);
    expect(prepareDataDirectory(path).user).toEqual(daemon);
    expect(statSync(path).uid).toBe(daemon.uid);
  });
});

describe("the server's account", () => {
  const passwd = "root:x:0:0:root:/root:/bin/sh\nnobody:x:99:98:nobody:/:/sbin/nologin\n";

  test("is that of the process unless it is root", () => {
    expect(chooseServerUser(1000, undefined, passwd)).toBeUndefined();
    expect(chooseServerUser(undefined, undefined, passwd)).toBeUndefined();
  });

  test("is nobody, by its entry or by custom, when root starts", () => {
    expect(chooseServerUser(0, undefined, passwd)).toEqual({ uid: 99, gid: 98 });
    expect(chooseServerUser(0, { uid: 0, gid: 0, mode: 0o755 }, passwd)).toEqual({ uid: 99, gid: 98 });
    expect(chooseServerUser(0, undefined, "")).toEqual({ uid: 65534, gid: 65534 });
  });

  test("enters a folder by the bits of the first class that it belongs to", () => {
    const user = { uid: 10, gid: 20 };
    expect(mayEnter(user, { uid: 10, gid: 20, mode: 0o40077 })).toBe(false);
    expect(mayEnter(user, { uid: 10, gid: 20, mode: 0o40700 })).toBe(true);
    expect(mayEnter(user, { uid: 11, gid: 20, mode: 0o40701 })).toBe(false);
    expect(mayEnter(user, { uid: 11, gid: 20, mode: 0o40710 })).toBe(true);
    expect(mayEnter(user, { uid: 11, gid: 21, mode: 0o40711 })).toBe(true);
    expect(mayEnter(user, { uid: 11, gid: 21, mode: 0o40754 })).toBe(false);
  });
});

describe("the server's log", () => {
  test("is emptied into one older file when it grows beyond 8 MiB, and not before", () => {
    const directory = folder();
    const log = join(directory, "postgres.log");
    writeFileSync(log, "x".repeat(8 * 1024 * 1024));
    boundServerLog(directory);
    expect(statSync(log).size).toBe(8 * 1024 * 1024);
    writeFileSync(log, `${"x".repeat(8 * 1024 * 1024)}\n`);
    boundServerLog(directory);
    expect(statSync(log).size).toBe(0);
    expect(statSync(`${log}.1`).size).toBe(8 * 1024 * 1024 + 1);
  });

  test("is quoted by its last 20 lines since a position", () => {
    const directory = folder();
    writeFileSync(join(directory, "postgres.log"), `old\n${Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join("")}`);
    const quoted = serverLogSince(directory, 4).split("\n");
    expect([quoted.length, quoted[0], quoted.at(-1)]).toEqual([20, "line 10", "line 29"]);
    expect(serverLogSince(directory, 4 + 10 * 7)).not.toContain("line 9\n");
  });
});
