// The real program as a child process, in a folder of its own.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { PATIENCE, until } from "./until.mjs";

const HERE = fileURLToPath(new URL("..", import.meta.url));
const PROGRAM = resolve(HERE, process.env.TIDINGS_BIN ?? "../../target/debug/tidings");

/** How long the program may take to stop when it is asked to. */
const STOP_WITHIN = 10_000;

/**
 * Starts Tidings with an empty folder, sending its mail to `mailbox`, and waits until it can work. `host` is what people
 * call it; `line`, if there is one, is what they reach it by.
 */
export async function startServer(mailbox, { host = "127.0.0.1", line, undoSeconds = 0 } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "tidings-browser-"));
  const port = await freePort();
  line?.leadTo(port);
  const server = new Server(folder, port, mailbox.url, line?.origin ?? `http://${host}:${port}`, undoSeconds);
  await server.start();
  return server;
}

class Server {
  #child;
  #env;

  #address;

  constructor(folder, port, smtpUrl, origin, undoSeconds) {
    this.folder = folder;
    this.origin = origin;
    this.#address = `http://127.0.0.1:${port}`;
    /** What the program has logged so far, an object a line. */
    this.log = [];
    // Nothing else from outside: an unknown TIDINGS_… variable stops the start.
    this.#env = {
      PATH: process.env.PATH,
      TIDINGS_LISTEN: `127.0.0.1:${port}`,
      TIDINGS_PUBLIC_URL: this.origin,
      TIDINGS_DATA_DIR: folder,
      TIDINGS_SMTP_URL: smtpUrl,
      TIDINGS_MAIL_FROM: "tidings@example.org",
      TIDINGS_LOG_FORMAT: "json",
      // Of mail that goes to many, it is said only here what became of each.
      TIDINGS_LOG: "info,tidings::jobs=debug",
      TIDINGS_UNDO_SENDING_SECONDS: String(undoSeconds),
    };
  }

  /** Starts it, or starts it again with the same settings on the same folder. */
  async start() {
    this.#child = spawn(PROGRAM, ["serve"], {
      cwd: this.folder,
      env: this.#env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#child.on("error", (error) => this.log.push({ level: "ERROR", message: String(error) }));
    createInterface({ input: this.#child.stderr }).on("line", (line) => this.log.push(parse(line)));
    try {
      await until("the server to be ready", async () => {
        assert.ok(this.#runs(), "the server has ended");
        return fetch(`${this.#address}/readyz`).then((answer) => answer.ok, () => false);
      });
    } catch (error) {
      await this.clear();
      throw new Error(`${error.message}\n${this.tail()}`);
    }
  }

  /** Stops it as an operator does, and holds it to its word: in good order, and soon. */
  async stop() {
    const asked = Date.now();
    const { code, signal } = await this.#end("SIGTERM", STOP_WITHIN);
    assert.deepEqual({ code, signal }, { code: 0, signal: null }, `stopped badly:\n${this.tail()}`);
    assert.ok(Date.now() - asked < STOP_WITHIN, "stopped too slowly");
    assert.deepEqual(this.errors(), [], "the server logged errors");
  }

  /** Takes the power away. */
  async kill() {
    await this.#end("SIGKILL", PATIENCE);
  }

  /** For the end of everything: no process and no folder stays behind, whatever went wrong before. */
  async clear() {
    if (this.#runs()) await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Waits until the program has logged something. */
  logged(what, matches, from = 0) {
    return until(`the server to log ${what}`, () => this.log.slice(from).find(matches));
  }

  /** What went wrong, in the program's own eyes. */
  errors() {
    return this.log.filter((entry) => entry.level === "ERROR");
  }

  /** The end of the log, for a test that failed. */
  tail(lines = 15) {
    return this.log.slice(-lines).map((entry) => JSON.stringify(entry)).join("\n");
  }

  #runs() {
    const child = this.#child;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }

  async #end(signal, within) {
    const child = this.#child;
    const ended = this.#runs() ? once(child, "exit") : null;
    child.kill(signal);
    const late = setTimeout(() => child.kill("SIGKILL"), within);
    await ended;
    clearTimeout(late);
    return { code: child.exitCode, signal: child.signalCode };
  }
}

function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return { level: "TEXT", message: line };
  }
}

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}
