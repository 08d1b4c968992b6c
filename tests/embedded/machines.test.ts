import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { findPackage } from "../../src/platform/db/embedded/binaries.ts";
import { firstClosedFolder } from "../../src/platform/db/embedded/server-user.ts";
import { ask } from "./asking.ts";
import { leftoversIn, makeRoom, nameless, runsAsRoot, daemon } from "./room.ts";

const { folder, dataDirectory, start, startElsewhere } = makeRoom();

/** The installed package as npm unpacks it when it may run no install script: without symbolic links. */
function unpackPackage(into: string, without = "nothing"): string {
  const target = join(into, "postgres-package");
  cpSync(findPackage(), target, { recursive: true, filter: (path) => basename(path) !== without && !lstatSync(path).isSymbolicLink() });
  return target;
}

// Another account must be able to read this checkout and the Node that runs it, else its process cannot begin.
const othersMayRunUs =
  runsAsRoot && [process.execPath, import.meta.filename].every((path) => firstClosedFolder(daemon, realpathSync(path)) === undefined);

describe("a package whose install script did not run", () => {
  test("gets its symbolic links and is used where it is", async () => {
    const packageDirectory = unpackPackage(folder());
    const directory = dataDirectory();

    const server = await start({ dataDirectory: directory, packageDirectory });

    expect(server.binariesDirectory).toBe(join(packageDirectory, "native", "bin"));
    expect(await ask(server.ownerUrl, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test.runIf(othersMayRunUs)("and may not be written is copied beside the data, once (as root, who plays another user)", async () => {
    const packageDirectory = unpackPackage(folder());
    const directory = dataDirectory(daemon);

    const starter = await startElsewhere({ dataDirectory: directory, packageDirectory }, daemon);

    const copy = readdirSync(directory).find((name) => name.startsWith("native-")) ?? "";
    expect(starter.said).toMatchObject({ uid: daemon.uid, binariesDirectory: join(directory, copy, "bin") });
    expect(statSync(join(directory, "cluster", "data")).uid).toBe(daemon.uid);
    expect(await ask(String(starter.said["ownerUrl"]), "select 1 as one")).toEqual([{ one: 1 }]);
    expect(leftoversIn(directory)).toEqual([]);
    await starter.end("SIGTERM");
    const before = statSync(join(directory, copy)).ino;
    const again = await startElsewhere({ dataDirectory: directory, packageDirectory }, daemon);
    expect(again.said["binariesDirectory"]).toBe(starter.said["binariesDirectory"]);
    expect(statSync(join(directory, copy)).ino).toBe(before);
  });
});

describe("root", () => {
  test.runIf(runsAsRoot)("starts from a home that nobody else may enter, with files that nobody else may read (as root)", async () => {
    const home = join(folder(), "home");
    mkdirSync(home, { mode: 0o700 });
    const packageDirectory = unpackPackage(home);
    spawnSync("chmod", ["-R", "go=", packageDirectory]);
    const directory = dataDirectory();

    const server = await start({ dataDirectory: directory, packageDirectory });

    expect(server.binariesDirectory.startsWith(directory)).toBe(true);
    expect(statSync(`/proc/${server.pid}`).uid).not.toBe(0);
    expect(await ask(server.ownerUrl, "select 1 as one")).toEqual([{ one: 1 }]);
  });
});

describe("another user", () => {
  test.runIf(othersMayRunUs)("starts on a folder of their own, and is told that this one belongs to somebody else (as root)", async () => {
    const theirs = dataDirectory(daemon);
    const other = nameless;
    const starter = await startElsewhere({ dataDirectory: theirs }, daemon);
    expect(await ask(String(starter.said["ownerUrl"]), "select 1 as one")).toEqual([{ one: 1 }]);

    const refused = await startElsewhere({ dataDirectory: theirs }, other);

    expect(refused.said["failure"]).toBe(
      `The data directory ${theirs} belongs to user ${daemon.uid}; run as that user or set STOA_DATA to a folder of your own.`,
    );
  });

  test.runIf(othersMayRunUs)("is told of a folder that they may not write (as root)", async () => {
    const refused = await startElsewhere({ dataDirectory: dataDirectory() }, daemon);
    expect(refused.said["failure"]).toMatch(
      /^The data directory \S+ cannot be used \(EACCES\); set STOA_DATA to a folder that you may write\.$/,
    );
  });
});

describe("a machine that cannot run it", () => {
  test.each([
    ["sunos", "x64"],
    ["win32", "x64"],
    ["linux", "s390x"],
  ])("%s-%s is told to bring its own PostgreSQL", (platform, architecture) => {
    expect(() => findPackage(platform, architecture)).toThrow(
      `No embedded PostgreSQL for ${platform}-${architecture}; set DATABASE_URL to a PostgreSQL 15 to 18 of your own.`,
    );
  });

  test("without the GNU C library is told the same", async () => {
    const packageDirectory = unpackPackage(folder(), "share");
    const program = join(packageDirectory, "native", "bin", "initdb");
    // What the kernel answers for a program whose loader is missing.
    writeFileSync(program, "#!/there/is/no/such/loader\n");
    chmodSync(program, 0o755);
    await expect(start({ dataDirectory: dataDirectory(), packageDirectory })).rejects.toThrow(
      `No embedded PostgreSQL for ${process.platform}-${process.arch} without the GNU C library; set DATABASE_URL to a PostgreSQL 15 to 18 of your own.`,
    );
  });

  test.runIf(process.platform === "linux")("lacks a shared library, which is named", async () => {
    const packageDirectory = unpackPackage(folder(), "share");
    rmSync(join(packageDirectory, "native", "lib", "libicui18n.so.60.2"));
    await expect(start({ dataDirectory: dataDirectory(), packageDirectory })).rejects.toMatchObject({
      name: "EmbeddedFailure",
      message: expect.stringMatching(/^The embedded PostgreSQL does not run on this machine \(.*libicui18n\.so\.60.*\); set DATABASE_URL/),
      serverLog: expect.stringContaining("libicui18n"),
    });
  });

  test.runIf(runsAsRoot)("has a full disk, which is said (as root)", async (context) => {
    const small = folder();
    const mounted = spawnSync("/bin/mount", ["-t", "tmpfs", "-o", "size=24m,mode=755", "tmpfs", small]);
    context.skip(mounted.status !== 0, "mounting is not allowed here");
    try {
      await expect(start({ dataDirectory: join(small, "data") })).rejects.toMatchObject({
        message: `The disk that holds ${join(small, "data")} is full; free 100 MB there or set STOA_DATA to another folder.`,
        serverLog: expect.stringContaining("No space left on device"),
      });
      expect(leftoversIn(join(small, "data"))).toEqual([]);
    } finally {
      spawnSync("/bin/umount", [small]);
    }
  });

  test.runIf(othersMayRunUs)("does not know the user by name, which PostgreSQL asks for (as root)", async () => {
    const refused = await startElsewhere({ dataDirectory: dataDirectory(nameless) }, nameless);
    expect(refused.said["failure"]).toBe(
      `User ${nameless.uid} has no entry in /etc/passwd, which PostgreSQL asks for; add one, run as another user, or set DATABASE_URL.`,
    );
  });

  test("holds data of another version, which is left alone", async () => {
    const directory = dataDirectory();
    const server = await start({ dataDirectory: directory });
    await server.stop();
    writeFileSync(join(directory, "cluster", "data", "PG_VERSION"), "17\n");
    await expect(start({ dataDirectory: directory })).rejects.toThrow(
      `The data in ${directory} is of PostgreSQL 17 and the embedded one is 18; move it with pg_dump or set STOA_DATA.`,
    );
    rmSync(join(directory, "cluster", "credentials.json"));
    await expect(start({ dataDirectory: directory })).rejects.toThrow(
      /is not a whole PostgreSQL; put its backup back or move it away to begin anew\.$/,
    );
    expect(existsSync(join(directory, "cluster", "data", "base"))).toBe(true);
  });
});
