/** The images that containers are made of: of programs of this machine's, so that nothing is downloaded. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { once } from "../inputs.ts";
import { find } from "../peers.ts";
import { BadRun } from "../sample.ts";

const ROOT_SCRIPT = join(import.meta.dirname, "../../tests/containers/host-root.sh");

export interface ImageSpec {
  /** To be changed with the script: what is made is kept. */
  readonly name: string;
  readonly needed: readonly string[];
  /** Lines for bash that fill the root, the working folder. */
  readonly script: string;
}

export interface Image {
  readonly name: string;
  /** Its files, for those who need them unpacked. */
  readonly root: string;
  /** An OCI layout with the same files as one layer, as a tar. */
  readonly archive: string;
}

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
export const ENVIRONMENT: readonly string[] = [`PATH=${PATH}`, "HOME=/root"];

/** Enough for `run IMAGE true`: what the image's name says is started, and little else is there. */
const SMALL = `
mkdir -p bin etc tmp root proc dev
cp "$(command -v busybox)" bin/busybox
for name in sh true sleep cat sed; do ln -s busybox bin/$name; done
echo root:x:0:0:root:/root:/bin/sh > etc/passwd
echo root:x:0: > etc/group
chmod 1777 tmp
`;

export const SMALL_IMAGE: ImageSpec = { name: "small", needed: ["busybox"], script: SMALL };

/** 8,192 files of 128 KiB that cannot be compressed, sixty-four to a folder. */
export const LARGE_IMAGE: ImageSpec = {
  name: "large",
  needed: ["busybox"],
  script: `${SMALL}
for i in $(seq 128); do
  mkdir -p data/$i
  head -c 8388608 /dev/urandom | split --bytes=128K --suffix-length=3 - data/$i/part-
done
`,
};

/** The address is put in when it is started. */
const NGINX = `
worker_processes 1; user nobody nogroup; daemon off; pid /tmp/nginx.pid; error_log /dev/stderr;
events { worker_connections 512; }
http {
  sendfile on; access_log off; keepalive_requests 1000000;
  server { listen ADDRESS; root /www; }
}
`;

export const SERVERS_IMAGE: ImageSpec = {
  name: "servers",
  needed: ["busybox", "nginx", "redis-server"],
  script: `
. '${ROOT_SCRIPT}'
program busybox nginx redis-server
for name in sh true sleep cat sed; do ln -s "$(command -v busybox)" bin/$name; done
mkdir -p var/log/nginx var/lib/nginx www proc dev
head -c 1024 /dev/zero > www/1k
head -c 102400 /dev/zero > www/100k
cat > etc/nginx.template <<'END'
${NGINX}END
`,
};

/** @throws BadRun where something is missing. */
export function makeImage({ name, needed, script }: ImageSpec): Image {
  for (const program of [...needed, "umoci"]) {
    if (find(program) === undefined) throw new BadRun(`needs ${program}, which is not here`);
  }
  const root = once(`image-${name}`, (path) => {
    mkdirSync(path);
    bash(script, path);
  });
  const archive = once(`image-${name}.tar`, (path) => {
    const image = `--image ${path}.oci:latest`;
    const made = `umoci init --layout ${path}.oci; umoci new ${image}; umoci insert ${image} ${root} /`;
    const config = `umoci config ${image} --config.env PATH=${PATH} --config.cmd /bin/sh`;
    bash(`rm -rf ${path}.oci; ${made}; ${config}; tar -C ${path}.oci -cf ${path} .`, root);
    bash(`rm -r ${path}.oci`, root);
  });
  return { name, root, archive };
}

function bash(script: string, cwd: string): void {
  try {
    execFileSync("bash", ["-euc", script], { cwd, stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    const last = String((error as { stderr?: Buffer }).stderr)
      .trim()
      .split("\n")
      .at(-1);
    throw new BadRun(`making an image: ${last}`);
  }
}
