// A server that speaks S3, in a folder that is gone with it. `node server.mjs 9000` says "ready" when it answers.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import S3rver from "s3rver";

const directory = mkdtempSync(join(tmpdir(), "tidings-s3-"));
const stop = () => {
  rmSync(directory, { recursive: true, force: true });
  process.exit(0);
};
process.on("SIGTERM", stop);
process.on("SIGINT", stop);

const server = new S3rver({
  address: "127.0.0.1",
  port: Number(process.argv[2]),
  silent: true,
  directory,
  configureBuckets: [{ name: "tidings" }],
});
await server.run();
console.log("ready");
